import { isUtf8 } from 'node:buffer';
import { MessageBatch } from '../../measure/message-batch.ts';
import { wasmInstance } from '../../stream/program/wasm-instance.ts';
import { READER_WASM_BASE64 } from './reader-wasm.ts';

interface Global<Value> {
  readonly value: Value;
}

/** What assembly/reader.ts exports. */
interface ReaderExports {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  readonly count: Global<number>;
  readonly unusual: Global<number>;
  readonly ascii: Global<number>;
  prepare(): number;
  walk(
    start: number,
    end: number,
    mostBytes: number,
    mostMessages: number,
    offsets: number,
    seqs: number,
    texts: number,
  ): number;
  crc32(start: number, address: number, size: number): number;
}

/** Where a walk stopped, and whether that is at a frame that is not plain. */
export interface Walk {
  readonly at: number;
  readonly unusual: boolean;
}

/** Messages of one walk: where a read has more, another walk follows. */
const MOST_MESSAGES = 8192;
// A WebAssembly memory grows by pages.
const PAGE_BYTES = 65_536;
/** The reader may read some bytes behind the last. */
const OVERRUN_BYTES = 64;

/**
 * Memory that is read into from sockets, and the WebAssembly that walks over what was read there: it never grows, so
 * that the kernel can go on writing to it.
 */
export class ReadMemory {
  /** All of it. */
  readonly bytes: Buffer;
  /** Where there is room for what is read. */
  readonly start: number;
  /** The messages of the last walk. */
  readonly batch: MessageBatch;
  /** Whether all text of the last walk is ASCII, which no other look at its UTF-8 has to confirm. */
  #ascii = true;
  readonly #exports: ReaderExports;
  readonly #index: { readonly offsets: number; readonly seqs: number; readonly texts: number };

  /** @param sizeBytes how much room there is for what is read */
  constructor(sizeBytes: number) {
    this.#exports = wasmInstance(READER_WASM_BASE64) as ReaderExports;
    const seqs =
      Math.ceil(this.#exports.prepare() / Float64Array.BYTES_PER_ELEMENT) * Float64Array.BYTES_PER_ELEMENT;
    const offsets = seqs + MOST_MESSAGES * Float64Array.BYTES_PER_ELEMENT;
    const texts = offsets + (MOST_MESSAGES + 1) * Uint32Array.BYTES_PER_ELEMENT;
    this.#index = { offsets, seqs, texts };
    this.start = texts + MOST_MESSAGES;
    const { memory } = this.#exports;
    const missing = this.start + sizeBytes + OVERRUN_BYTES - memory.buffer.byteLength;
    memory.grow(Math.max(0, Math.ceil(missing / PAGE_BYTES)));
    const { buffer } = memory;
    this.bytes = Buffer.from(buffer);
    const index = {
      offsets: new Uint32Array(buffer, offsets, MOST_MESSAGES + 1),
      seqs: new Float64Array(buffer, seqs, MOST_MESSAGES),
      texts: new Uint8Array(buffer, texts, MOST_MESSAGES),
    };
    // Not the Buffer: to take a part of one costs several times as much.
    this.batch = new ReadBatch(new Uint8Array(buffer), index, this.#exports);
  }

  /**
   * Walks over the bytes from `start` to `end` as far as there are plain frames, or as the batch takes messages, moves their messages to
   * `start` and makes the batch of them. Plain are final, unmasked frames of text or binary, their length in its shortest form, of
   * 65,539 bytes at the most: nearly all.
   *
   * Each text's head is overwritten, so that messages lie as they are digested, one behind the other with a newline behind each
   * text, and a single look checks the UTF-8 of all texts in a row: a newline never is a part of another character, so the whole is
   * valid if and only if each text is.
   *
   * @param mostBytes frames larger than this are not plain
   */
  walk(start: number, end: number, mostBytes: number): Walk {
    const { batch } = this;
    const { offsets, seqs, texts } = this.#index;
    const at = this.#exports.walk(start, end, mostBytes, MOST_MESSAGES, offsets, seqs, texts);
    batch.count = this.#exports.count.value;
    batch.next = 0;
    this.#ascii = this.#exports.ascii.value !== 0;
    return { at, unusual: this.#exports.unusual.value !== 0 };
  }

  /**
   * How many messages of the last walk, from the first on, are as they should be: all, but for text that is not UTF-8. Texts
   * that follow each other are looked at together; behind a binary message, which no newline ends, a new look begins.
   */
  get validMessages(): number {
    const { batch } = this;
    const { count } = batch;
    if (this.#ascii) return count;
    for (let first = 0, end = 0; first < count; first = end + 1) {
      for (end = first; end < count && batch.isText(end); ) end++;
      if (isUtf8(batch.bytes.subarray(batch.start(first), batch.start(end)))) continue;
      for (let index = first; index < end; index++) {
        if (!isUtf8(batch.payload(index))) return index;
      }
    }
    return count;
  }
}

/** A batch whose digest is taken where it lies. */
class ReadBatch extends MessageBatch {
  readonly #exports: ReaderExports;

  constructor(
    bytes: Uint8Array,
    index: ConstructorParameters<typeof MessageBatch>[1],
    exports: ReaderExports,
  ) {
    super(bytes, index, 0);
    this.#exports = exports;
  }

  override digest(first: number, end: number, start: number): number {
    const from = this.start(first);
    return this.#exports.crc32(start, from, this.start(end) - from) >>> 0;
  }
}
