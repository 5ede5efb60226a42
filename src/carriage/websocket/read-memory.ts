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

/** Where a walk stopped, and whether a frame that is not plain stopped it. */
export interface Walk {
  readonly at: number;
  readonly unusual: boolean;
}

/** The most messages of one walk; a read with more takes several. */
const MOST_MESSAGES = 8192;
/** WebAssembly memory grows by pages of this size. */
const PAGE_BYTES = 65_536;
/** The reader may read this far past the end. */
const OVERRUN_BYTES = 64;

/**
 * Memory that sockets read into, and the WebAssembly that walks over what was read. It never grows: growing would detach the
 * buffer that the kernel writes to.
 */
export class ReadMemory {
  /** The whole memory. */
  readonly bytes: Buffer;
  /** Where the room for reads begins. */
  readonly start: number;
  /** The messages of the last walk. */
  readonly batch: MessageBatch;
  /** Whether all text of the last walk is ASCII, so that its UTF-8 needs no further check. */
  #ascii = true;
  readonly #exports: ReaderExports;
  readonly #index: { readonly offsets: number; readonly seqs: number; readonly texts: number };

  /** @param sizeBytes the room for reads */
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
    // Not the Buffer: its `subarray` costs several times as much.
    this.batch = new ReadBatch(new Uint8Array(buffer), index, this.#exports);
  }

  /**
   * Walks over the plain frames in [start, end) until another kind of frame comes or the batch is full, moves their payloads to
   * `start`, and makes the batch of them. A plain frame is a final, unmasked frame of text or binary, with its length in the shortest
   * form and at most 65,539 bytes: nearly every frame.
   *
   * Heads are overwritten, so that messages end up as the digest wants them: one after the other, with a newline after each text.
   * So one call checks the UTF-8 of all texts in a row: a newline is never part of another character, so the run is valid if and
   * only if each text is.
   *
   * @param mostBytes a larger frame is not plain
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
   * How many messages of the last walk precede the first text that is not UTF-8. Runs of texts are checked together; a binary
   * message, which no newline ends, begins a new run.
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

/** A batch whose digest WebAssembly computes in place. */
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
