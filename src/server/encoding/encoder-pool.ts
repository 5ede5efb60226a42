import { Worker } from 'node:worker_threads';
import { segmentIn } from '../../stream/segment/segment.ts';
import type { SegmentCache } from '../../stream/segment/segment-cache.ts';
import type { Piece, SegmentMemory } from '../../stream/segment/segment-memory.ts';
import type { SegmentSeries } from '../../stream/segment/segment-series.ts';
import type { SegmentMaker } from './read-ahead.ts';
import { type EncodeRequest, type EncodeResponse, type EncoderData, NO_PIECE } from './segment-encoder.ts';

/** A segment under way. */
interface Making {
  readonly series: SegmentSeries;
  readonly index: number;
  /** The memory to put it into, if it fits. */
  readonly piece: Piece | undefined;
  readonly callbacks: (() => void)[];
}

/** The most segments under way: more would evict each other from the cache before they are used. */
const MAXIMUM_MAKING = 256;
/** The most bytes under way, roughly: one segment can have more than a megabyte. */
const MAXIMUM_MAKING_BYTES = 33_554_432;

/**
 * Threads that encode segments into the cache. They are started on first use. Until they run, and if they fail, the pool is not
 * `ready`, and segments are encoded where they are needed.
 */
export class EncoderPool implements SegmentMaker {
  readonly #count: number;
  readonly #cache: SegmentCache;
  readonly #memory: SegmentMemory;
  readonly #secretSeed: Uint8Array | undefined;
  readonly #workers: Worker[] = [];
  readonly #making = new Map<number, Making>();
  #makingBytes = 0;
  /** The id of each segment under way, by the key of its series and by index. */
  readonly #ids = new Map<string, Map<number, number>>();
  #nextId = 0;
  #started = false;
  #closed = false;

  /**
   * @param memory the cache's own
   * @param secretSeed the server's secret seed, which the threads need too
   */
  constructor(count: number, cache: SegmentCache, memory: SegmentMemory, secretSeed?: Uint8Array) {
    this.#secretSeed = secretSeed;
    this.#count = count;
    this.#cache = cache;
    this.#memory = memory;
  }

  get ready(): boolean {
    if (!this.#started) this.#start();
    return this.#workers.length > 0;
  }

  room(segmentBytes: number): number {
    if (this.#workers.length === 0) return 0;
    const ofBytes = Math.floor((MAXIMUM_MAKING_BYTES - this.#makingBytes) / segmentBytes);
    return Math.max(0, Math.min(MAXIMUM_MAKING - this.#making.size, ofBytes));
  }

  make(series: SegmentSeries, indices: readonly number[]): void {
    const asked = this.#workers.map((): ThreadRequest => ({ ids: [], indices: [], pieces: [] }));
    const ofSeries = this.#ids.get(series.key) ?? new Map<number, number>();
    for (const index of indices) {
      if (ofSeries.has(index)) continue;
      const id = this.#nextId++;
      const piece = this.#cache.takePiece();
      this.#making.set(id, { series, index, piece, callbacks: [] });
      this.#makingBytes += series.segmentBytes;
      ofSeries.set(index, id);
      const next = asked[id % asked.length];
      next?.ids.push(id);
      next?.indices.push(index);
      next?.pieces.push(piece?.number ?? NO_PIECE);
    }
    this.#ids.set(series.key, ofSeries);
    for (const [number, { ids, ...rest }] of asked.entries()) {
      if (ids.length === 0) continue;
      const request: EncodeRequest = { name: series.stream.name, framing: series.framing, ids, ...rest };
      this.#workers[number]?.postMessage(request);
    }
  }

  whenMade(series: SegmentSeries, index: number, callback: () => void): boolean {
    if (this.#making.size === 0) return false;
    const id = this.#ids.get(series.key)?.get(index);
    if (id === undefined) return false;
    this.#making.get(id)?.callbacks.push(callback);
    return true;
  }

  /** Ends the threads for good. */
  close(): void {
    this.#started = true;
    this.#closed = true;
    for (const worker of this.#workers.splice(0)) void worker.terminate();
    for (const id of this.#making.keys()) this.#finish(id);
  }

  #start(): void {
    this.#started = true;
    const workerData: EncoderData = { memory: this.#memory.buffer, secretSeed: this.#secretSeed };
    for (let number = 0; number < this.#count; number++) {
      const worker = startWorker(workerData);
      if (worker === undefined) return this.close();
      worker.unref();
      worker.once('online', () => {
        if (this.#closed) void worker.terminate();
        else this.#workers.push(worker);
      });
      worker.on('message', (responses: EncodeResponse[]) => {
        for (const response of responses) this.#finish(response.id, response);
      });
      worker.on('error', () => this.close());
    }
  }

  #finish(id: number, response?: EncodeResponse): void {
    const making = this.#making.get(id);
    if (making === undefined) return;
    const { series, index, callbacks } = making;
    this.#making.delete(id);
    this.#makingBytes -= series.segmentBytes;
    const ofSeries = this.#ids.get(series.key);
    ofSeries?.delete(index);
    if (ofSeries?.size === 0) this.#ids.delete(series.key);
    if (response !== undefined) this.#add(making, response);
    for (const callback of callbacks) callback();
  }

  #add({ series, index, piece }: Making, { sizeBytes, memory }: EncodeResponse): void {
    const made = memory ?? piece?.bytes.subarray(0, sizeBytes);
    if (made !== undefined) this.#cache.add(series, index, segmentIn(made, series, index, piece));
  }
}

/**
 * Starts a thread. Bundlers that know `new Worker(new URL(…))` include its program. Without the program the worker emits
 * `error`, and without a URL of this module this returns undefined; either way there are no threads.
 */
function startWorker(workerData: EncoderData): Worker | undefined {
  try {
    return new Worker(new URL('./encoder-worker.js', import.meta.url), { workerData });
  } catch {
    return undefined;
  }
}

/** The part of an `EncodeRequest` that goes to one thread. */
interface ThreadRequest {
  readonly ids: number[];
  readonly indices: number[];
  readonly pieces: number[];
}
