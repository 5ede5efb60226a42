import * as v from 'valibot';
import { check, wholeFrom1 } from '../../session/schema.ts';
import { crc32Hex, digestMessage } from '../../stream/digest.ts';

/**
 * A message of any size as packets that a bus takes: a line of JSON that says which packet of this direction it is and which
 * part of the message, with the digest of the whole, then the part itself. A packet that is lost leaves a gap, which the next
 * one shows.
 */
interface PacketHead {
  /** Its place among all packets of its direction, from 1. */
  readonly packet: number;
  readonly part: number;
  readonly parts: number;
  /** Of all parts of the message. */
  readonly crc32: string;
}

const head = v.object({
  packet: wholeFrom1,
  part: wholeFrom1,
  parts: v.pipe(wholeFrom1, v.maxValue(4096)),
  crc32: v.pipe(v.string(), v.regex(/^[0-9a-f]{8}$/)),
});

/** More than a bench that keeps a million blocks of a measurement needs of one agent. */
const MOST_MESSAGE_BYTES = 256 * 1024 * 1024;
const MOST_PART_BYTES = 256 * 1024;
const MOST_HEAD_BYTES = 256;
const NEWLINE = 0x0a;

/** What came is not what was sent. */
export class PacketFault extends Error {}

/** Cuts messages of one direction into packets. */
export class PacketWriter {
  readonly #partBytes: number;
  #packet = 0;

  /** @param mostBytes of a packet */
  constructor(mostBytes: number) {
    this.#partBytes = Math.min(MOST_PART_BYTES, mostBytes - MOST_HEAD_BYTES);
  }

  packets(message: object): Uint8Array[] {
    const bytes = new TextEncoder().encode(JSON.stringify(message));
    const parts = Math.max(1, Math.ceil(bytes.length / this.#partBytes));
    const crc32 = crc32Hex(digestMessage(bytes, false));
    return Array.from({ length: parts }, (_, index) => {
      const line: PacketHead = { packet: ++this.#packet, part: index + 1, parts, crc32 };
      const begin = new TextEncoder().encode(`${JSON.stringify(line)}\n`);
      const part = bytes.subarray(index * this.#partBytes, (index + 1) * this.#partBytes);
      return joined([begin, part]);
    });
  }
}

/** Puts the packets of one direction together again. */
export class PacketReader {
  #packet = 0;
  #parts: Uint8Array[] = [];
  #sizeBytes = 0;
  #first: PacketHead | undefined;

  /** @returns the message that this packet is the last of, as JSON says it; undefined if there is more of it */
  read(bytes: Uint8Array): unknown {
    const end = bytes.subarray(0, MOST_HEAD_BYTES).indexOf(NEWLINE);
    const line = headOf(bytes.subarray(0, Math.max(end, 0)));
    if (line.packet !== this.#packet + 1)
      throw new PacketFault(`a message was lost: packet ${line.packet} came after ${this.#packet}`);
    this.#packet = line.packet;
    this.#first ??= line;
    const { parts, crc32 } = this.#first;
    if (line.part !== this.#parts.length + 1 || line.parts !== parts || line.crc32 !== crc32)
      throw new PacketFault(
        `part ${line.part} of ${line.parts} came after part ${this.#parts.length} of ${parts}`,
      );
    const part = bytes.subarray(end + 1);
    this.#parts.push(part.slice());
    this.#sizeBytes += part.length;
    if (this.#sizeBytes > MOST_MESSAGE_BYTES)
      throw new PacketFault(`a message is larger than ${MOST_MESSAGE_BYTES} bytes`);
    return line.part === parts ? this.#whole(crc32) : undefined;
  }

  #whole(crc32: string): unknown {
    const whole = joined(this.#parts);
    this.#parts = [];
    this.#sizeBytes = 0;
    this.#first = undefined;
    if (crc32Hex(digestMessage(whole, false)) !== crc32)
      throw new PacketFault('a message does not match its digest');
    return parsed(whole);
  }
}

function headOf(bytes: Uint8Array): PacketHead {
  const checked = check(head, parsed(bytes));
  if ('fault' in checked) throw new PacketFault(`the head of a packet: ${checked.fault}`);
  return checked.value;
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw new PacketFault('what came is not JSON');
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
