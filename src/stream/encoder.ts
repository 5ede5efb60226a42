import { ByteComparison } from './byte-comparison.ts';
import { CHECKPOINT_MESSAGES } from './checkpoint.ts';
import { compileProgram, type EncoderProgram } from './encoder-program.ts';
import { ENCODER_WASM_BASE64 } from './encoder-wasm.ts';
import type { FieldProgram } from './field-program.ts';
import { wasmInstance } from './wasm-instance.ts';

/**
 * Consecutive messages, encoded one behind the other, with what is needed to take any part of them. All arrays
 * share one piece of memory, which they begin.
 */
export interface EncodedMessages {
  readonly count: number;
  readonly bytes: Uint8Array;
  /** Where in `bytes` message i begins; one more entry for the end. */
  readonly offsets: Uint32Array;
  /** Payload bytes of the messages before i. */
  readonly payloadBytes: Uint32Array;
  /**
   * CRC-32 of the messages before message i · CHECKPOINT_MESSAGES, as digested (see `digestSize`), and of all as one more
   * entry. None for the form `digested`: there they are one run over its bytes.
   */
  readonly crcs: Uint32Array;
}

/**
 * `frames`: WebSocket frames, unmasked as a server sends them (RFC 6455, section 5.2). `digested`: what the digest
 * runs over, which for text is NDJSON.
 */
export type Form = 'frames' | 'digested';

/** The key of a stream's seed, or what gives the key of each message. */
type Keys = bigint | ((seq: number) => bigint);

/** Addresses: of the index, whose first two rows are so long, with so many CRCs, of the first message, and of the end. */
interface MadeMessages {
  readonly index: number;
  readonly rowBytes: number;
  readonly crcCount: number;
  readonly out: number;
  readonly end: number;
}

/** What assembly/encoder.ts exports. */
interface EncoderExports {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  prepare(): number;
  encode(
    program: number,
    seedKey: bigint,
    keys: number,
    firstSeq: bigint,
    count: number,
    text: number,
    framed: number,
    index: number,
    out: number,
  ): number;
  digestFrames(frames: number, end: number, text: number, start: number): number;
}

// A WebAssembly memory grows by pages.
const PAGE_BYTES = 65_536;
/** Programs are kept as they come; beyond this, all are dropped and come again when they are used. */
const PROGRAMS_BYTES = 8_388_608;
const MEMORY_BYTES = 1_073_741_824;
const LONGEST_HEADER_BYTES = 10;
/** The encoder may write some bytes behind what it appends. */
const OVERRUN_BYTES = 64;

/** The encoder: a WebAssembly instance with the programs that it has been given. */
export class Encoder {
  readonly #exports: EncoderExports;
  readonly #programsStart: number;
  #programs = new Map<FieldProgram, { entry: number; maximumBytes: number }>();
  #programsEnd: number;
  #memory = new Uint8Array(0);
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
   * @param memory is written over and has the messages then, if they fit. @default new memory
   */
  encode(
    program: FieldProgram,
    keys: Keys,
    firstSeq: number,
    count: number,
    form: Form,
    memory?: SharedArrayBuffer,
  ): EncodedMessages {
    const { index, rowBytes, crcCount, out, end } = this.#run(program, keys, firstSeq, count, form);
    const buffer = this.#copy(index, end, memory);
    const offsets = new Uint32Array(buffer, 0, count + 1);
    const payloadBytes = new Uint32Array(buffer, rowBytes, count + 1);
    const crcs = new Uint32Array(buffer, 2 * rowBytes, crcCount);
    return { count, bytes: new Uint8Array(buffer, out - index, end - out), offsets, payloadBytes, crcs };
  }

  /** Goes on with a CRC-32 over messages, as digested, in whole frames as they are encoded here. */
  digestFrames(frames: Uint8Array, text: boolean, start: number): number {
    // V8 copies from shared memory byte by byte unless both ends are equally aligned.
    const at = this.#programsEnd + (frames.byteOffset % 16);
    const end = at + frames.length;
    this.#reserve(end + OVERRUN_BYTES);
    this.#bytes.set(frames, at);
    return this.#exports.digestFrames(at, end, Number(text), start) >>> 0;
  }

  /** Whether bytes [start, end) are the payload of message `seq`. It is made and compared in place: nothing is copied. */
  equals(
    program: FieldProgram,
    keys: Keys,
    seq: number,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): boolean {
    const { index, rowBytes, out } = this.#run(program, keys, seq, 1, 'digested');
    const [, payloadBytes = 0] = new Uint32Array(this.#exports.memory.buffer, index + rowBytes, 2);
    if (payloadBytes !== end - start) return false;
    return this.#comparison.equal(this.#bytes, out, bytes, start, payloadBytes);
  }

  /** Encodes into the memory of the instance: an index, from `index` on, and the messages behind it. */
  #run(program: FieldProgram, keys: Keys, firstSeq: number, count: number, form: Form): MadeMessages {
    const { entry, maximumBytes } = this.#place(program);
    const keysAt = this.#programsEnd;
    const hasTable = typeof keys === 'function';
    const index = keysAt + (hasTable ? count * BigUint64Array.BYTES_PER_ELEMENT : 0);
    const rowBytes = (count + 1) * Uint32Array.BYTES_PER_ELEMENT;
    const crcCount = form === 'frames' ? Math.ceil(count / CHECKPOINT_MESSAGES) + 1 : 0;
    const out = index + 2 * rowBytes + crcCount * Uint32Array.BYTES_PER_ELEMENT;
    this.#reserve(out + count * (LONGEST_HEADER_BYTES + maximumBytes) + OVERRUN_BYTES);
    const { encode, memory } = this.#exports;
    if (hasTable) {
      const table = new BigUint64Array(memory.buffer, keysAt, count);
      for (let i = 0; i < count; i++) table[i] = keys(firstSeq + i);
    }
    const flags = [Number(program.text), Number(form === 'frames')] as const;
    const source: [bigint, number] = hasTable ? [0n, keysAt] : [keys, 0];
    const end = encode(entry, ...source, BigInt(firstSeq), count, ...flags, index, out);
    return { index, rowBytes, crcCount, out, end };
  }

  #place(program: FieldProgram): { entry: number; maximumBytes: number } {
    const known = this.#programs.get(program);
    if (known !== undefined) return known;
    if (this.#programsEnd - this.#programsStart > PROGRAMS_BYTES) {
      this.#programs = new Map();
      this.#programsEnd = this.#programsStart;
    }
    const base = this.#programsEnd;
    const compiled: EncoderProgram = compileProgram(program, base);
    this.#reserve(base + compiled.bytes.length);
    this.#bytes.set(compiled.bytes, base);
    this.#programsEnd = align(base + compiled.bytes.length);
    const placed = { entry: base + compiled.entryOffset, maximumBytes: compiled.maximumBytes };
    this.#programs.set(program, placed);
    return placed;
  }

  /** All of the memory: growing it makes another buffer of it. */
  get #bytes(): Uint8Array {
    const { buffer } = this.#exports.memory;
    if (this.#memory.buffer !== buffer) this.#memory = new Uint8Array(buffer);
    return this.#memory;
  }

  /** What is from `start` to `end`, at the beginning of `memory` if it fits. */
  #copy(start: number, end: number, memory: SharedArrayBuffer | undefined): ArrayBufferLike {
    if (memory === undefined || memory.byteLength < end - start) {
      return this.#exports.memory.buffer.slice(start, end);
    }
    new Uint8Array(memory).set(this.#bytes.subarray(start, end));
    return memory;
  }

  #reserve(sizeBytes: number): void {
    if (sizeBytes > MEMORY_BYTES) throw new RangeError('these are more messages than can be encoded at once');
    const { memory } = this.#exports;
    const missing = sizeBytes - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / PAGE_BYTES));
  }
}

function align(address: number): number {
  return Math.ceil(address / 16) * 16;
}
