import { type EncodedMessages, encodedMessages, indexSize } from '../segment/encoded-messages.ts';
import { bytesBehind, type Framing, framingCode, MOST_FRAMING_BYTES } from '../segment/framing.ts';
import { ByteComparison } from './byte-comparison.ts';
import { compileProgram } from './encoder-program.ts';
import { ENCODER_WASM_BASE64 } from './encoder-wasm.ts';
import type { BuiltProgram, InterpretedProgram } from './field-program.ts';
import { USERS_TEXTS } from './users-texts.ts';
import { wasmInstance } from './wasm-instance.ts';

type Program = InterpretedProgram | BuiltProgram;

/** Where a program's words lie in the encoder's memory, or, for a built program, the entries of its tables; else 0. */
interface PlacedProgram {
  readonly words: number;
  readonly entries: number;
  /** The length of its longest message. */
  readonly maximumBytes: number;
}

/** The key of a stream's seed, or a function that gives each message's key. */
type Keys = bigint | ((seq: number) => bigint);

/** Addresses in the encoder's memory: of the index, and of the end of the messages behind it. */
interface MadeMessages {
  readonly index: number;
  readonly end: number;
}

/** What assembly/encoder.ts exports. */
interface EncoderExports {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  readonly usersMaximumBytes: { readonly value: number };
  readonly usersTextCount: { readonly value: number };
  prepare(): number;
  indexTexts(texts: number, count: number, entries: number): void;
  encode(
    words: number,
    entries: number,
    seedKey: bigint,
    keys: number,
    firstSeq: bigint,
    count: number,
    text: number,
    framing: number,
    digested: number,
    index: number,
    out: number,
  ): number;
  digest(
    offsets: number,
    sizes: number,
    count: number,
    messages: number,
    behind: number,
    text: number,
    start: number,
  ): number;
}

// A WebAssembly memory grows by pages.
const PAGE_BYTES = 65_536;
/** Programs are placed as they come. Beyond this size all are dropped, and placed again when they are used. */
const PROGRAMS_BYTES = 8_388_608;
const MEMORY_BYTES = 1_073_741_824;
const WORD_BYTES = 4;
/** An address and a length. */
const ENTRY_BYTES = 8;
/** The most bytes of UTF-8 for one unit of a string's length. */
const MOST_BYTES_A_CHARACTER = 3;
/** The encoder may read a few bytes past a text, and write a few past what it appends. */
const OVERRUN_BYTES = 64;

/** The encoder: a WebAssembly instance, with the programs placed in it. */
export class Encoder {
  readonly #exports: EncoderExports;
  readonly #programsStart: number;
  /** Weak, since a program belongs to its stream, which may be gone. */
  #programs = new WeakMap<InterpretedProgram, PlacedProgram>();
  #users: PlacedProgram | undefined;
  #programsEnd: number;
  #bytes = new Uint8Array(0);
  #words = new Uint32Array(0);
  readonly #comparison = new ByteComparison();

  constructor() {
    this.#exports = wasmInstance(ENCODER_WASM_BASE64) as EncoderExports;
    this.#programsStart = align(this.#exports.prepare());
    this.#programsEnd = this.#programsStart;
  }

  /**
   * Encodes `count` messages from `firstSeq` on.
   *
   * @param keys of the messages
   * @param hasCrcs whether to take CRC-32s as well, which costs a third more time
   * @param memory is overwritten with the messages if they fit. @default new memory
   */
  encode(
    program: Program,
    keys: Keys,
    firstSeq: number,
    count: number,
    framing: Framing,
    hasCrcs: boolean,
    memory?: Uint8Array,
  ): EncodedMessages {
    const { index, end } = this.#run(program, keys, firstSeq, count, framing, hasCrcs);
    return encodedMessages(this.#copy(index, end, memory), framing, count, hasCrcs);
  }

  /** Extends a CRC-32 by messages [from, end) of those encoded, as digested. */
  digest(encoded: EncodedMessages, text: boolean, from: number, end: number, start: number): number {
    const offsets = encoded.offsets.subarray(from, end + 1);
    const sizes = encoded.payloadBytes.subarray(from, end + 1);
    const messages = encoded.bytes.subarray(offsets[0], offsets[end - from]);
    const offsetsAt = this.#programsEnd;
    const sizesAt = offsetsAt + align(offsets.byteLength);
    // V8 copies from shared memory byte by byte unless both ends are equally aligned.
    const at = sizesAt + align(sizes.byteLength) + (messages.byteOffset % 16);
    this.#reserve(at + messages.length + OVERRUN_BYTES);
    this.#words.set(offsets, offsetsAt / WORD_BYTES);
    this.#words.set(sizes, sizesAt / WORD_BYTES);
    this.#bytes.set(messages, at);
    const behind = bytesBehind(encoded.framing);
    const { digest } = this.#exports;
    return digest(offsetsAt, sizesAt, end - from, at, behind, Number(text), start) >>> 0;
  }

  /**
   * Whether bytes [start, end) are the payload of message `seq`. The payload is made and compared in place, without a
   * copy.
   */
  equals(program: Program, keys: Keys, seq: number, bytes: Uint8Array, start: number, end: number): boolean {
    const made = this.#run(program, keys, seq, 1, 'payload', false);
    const own = made.index + indexSize(1, false);
    const payloadBytes = made.end - own;
    if (payloadBytes !== end - start) return false;
    return this.#comparison.equal(this.#bytes, own, bytes, start, payloadBytes);
  }

  /** Encodes into the instance's memory: an index at `index`, and the messages behind it. */
  #run(
    program: Program,
    keys: Keys,
    firstSeq: number,
    count: number,
    framing: Framing,
    hasCrcs: boolean,
  ): MadeMessages {
    const { words, entries, maximumBytes } = this.#place(program);
    const keysAt = this.#programsEnd;
    const hasTable = typeof keys === 'function';
    const index = keysAt + (hasTable ? count * BigUint64Array.BYTES_PER_ELEMENT : 0);
    const out = index + indexSize(count, hasCrcs);
    this.#reserve(out + count * (MOST_FRAMING_BYTES + maximumBytes) + OVERRUN_BYTES);
    const { encode, memory } = this.#exports;
    if (hasTable) {
      const table = new BigUint64Array(memory.buffer, keysAt, count);
      for (let i = 0; i < count; i++) table[i] = keys(firstSeq + i);
    }
    const flags = [Number(program.text), framingCode(framing), Number(hasCrcs)] as const;
    const source: [bigint, number] = hasTable ? [0n, keysAt] : [keys, 0];
    const end = encode(words, entries, ...source, BigInt(firstSeq), count, ...flags, index, out);
    return { index, end };
  }

  #place(program: Program): PlacedProgram {
    const known = 'built' in program ? this.#users : this.#programs.get(program);
    if (known !== undefined) return known;
    if (this.#programsEnd - this.#programsStart > PROGRAMS_BYTES) {
      this.#programs = new WeakMap();
      this.#users = undefined;
      this.#programsEnd = this.#programsStart;
    }
    if ('built' in program) {
      this.#users = this.#placeUsers();
      return this.#users;
    }
    const placed = this.#placeWords(program);
    this.#programs.set(program, placed);
    return placed;
  }

  #placeWords(program: InterpretedProgram): PlacedProgram {
    const base = this.#programsEnd;
    const { bytes, entryOffset, maximumBytes } = compileProgram(program, base);
    this.#reserve(base + bytes.length);
    this.#bytes.set(bytes, base);
    this.#programsEnd = align(base + bytes.length);
    return { words: base + entryOffset, entries: 0, maximumBytes };
  }

  #placeUsers(): PlacedProgram {
    const { usersMaximumBytes, usersTextCount, indexTexts } = this.#exports;
    const entries = this.#programsEnd;
    const texts = entries + usersTextCount.value * ENTRY_BYTES;
    const mostBytes = USERS_TEXTS.length * MOST_BYTES_A_CHARACTER;
    this.#reserve(texts + mostBytes + OVERRUN_BYTES);
    const { written } = new TextEncoder().encodeInto(USERS_TEXTS, this.#bytes.subarray(texts));
    indexTexts(texts, usersTextCount.value, entries);
    this.#programsEnd = align(texts + written + OVERRUN_BYTES);
    return { words: 0, entries, maximumBytes: usersMaximumBytes.value };
  }

  /** Copies bytes [start, end) out, to the beginning of `memory` if they fit. */
  #copy(start: number, end: number, memory: Uint8Array | undefined): Uint8Array {
    const made = this.#bytes.subarray(start, end);
    if (memory === undefined || memory.length < made.length) return made.slice();
    memory.set(made);
    return memory.subarray(0, made.length);
  }

  /** Grows the memory to this size, and renews the views of it. */
  #reserve(sizeBytes: number): void {
    if (sizeBytes > MEMORY_BYTES) throw new RangeError('these are more messages than can be encoded at once');
    const { memory } = this.#exports;
    const missing = sizeBytes - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / PAGE_BYTES));
    if (this.#bytes.buffer === memory.buffer) return;
    this.#bytes = new Uint8Array(memory.buffer); // growing it makes another buffer of it
    this.#words = new Uint32Array(memory.buffer);
  }
}

function align(address: number): number {
  return Math.ceil(address / 16) * 16;
}
