import { Worker } from 'node:worker_threads';
import { segmentIn } from '../../stream/segment/segment.ts';
import type { SegmentCache } from '../../stream/segment/segment-cache.ts';
import type { Piece, SegmentMemory } from '../../stream/segment/segment-memory.ts';
import type { SegmentSeries } from '../../stream/segment/segment-series.ts';
import type { SegmentMaker } from './read-ahead.ts';
import { type EncodeRequest, type EncodeResponse, type EncoderData, NO_PIECE } from './segment-encoder.ts';

/** A segment that is being made. */
interface Making {
  readonly series: SegmentSeries;
  readonly index: number;
  /** Where it will be, if it fits. */
  readonly piece: Piece | undefined;
  readonly callbacks: (() => void)[];
}

/** Segments that are being made at a time: they must not push each other out of the cache before they are used. */
const MAXIMUM_MAKING = 256;
/** And bytes of them, about: a segment may have more than a megabyte. */
const MAXIMUM_MAKING_BYTES = 33_554_432;

/**
 * Threads that make segments into the cache. They are started when the first is asked for, and until they run, or
 * if they fail, there are none: whoever needs a segment then makes it.
 */
export class EncoderPool implements SegmentMaker {
  readonly #count: number;
  readonly #cache: SegmentCache;
  readonly #memory: SegmentMemory;
  readonly #secretSeed: Uint8Array | undefined;
  readonly #workers: Worker[] = [];
  readonly #making = new Map<number, Making>();
  #makingBytes = 0;
  /** By the keys of series, and by index: what each is being made as. */
  readonly #ids = new Map<string, Map<number, number>>();
  #nextId = 0;
  #started = false;
  #closed = false;

  /**
   * @param memory of the cache
   * @param secretSeed the secret that streams may be made with, which the threads need as well
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

  /** Ends the threads; from now on there are none. */
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
 * Bundlers that know this form bring the thread's program along. Where it was left out there are no threads, and messages
 * are made where they are sent: an `error` of the worker, or, where there is no URL of this module, undefined.
 */
function startWorker(workerData: EncoderData): Worker | undefined {
  try {
    return new Worker(new URL('./encoder-worker.js', import.meta.url), { workerData });
  } catch {
    return undefined;
  }
}

/** What one thread is asked for: `EncodeRequest`. */
interface ThreadRequest {
  readonly ids: number[];
  readonly indices: number[];
  readonly pieces: number[];
}
