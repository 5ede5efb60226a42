import { Worker } from 'node:worker_threads';
import type { Segment } from '../stream/segment.ts';
import { type SegmentCache, segmentKey } from '../stream/segment-cache.ts';
import type { Stream } from '../stream/stream.ts';
import type { SegmentMaker } from './read-ahead.ts';

/** What an encoder is asked for: segment `index` of a stream, by its canonical name. */
export interface EncodeRequest {
  readonly key: string;
  readonly name: string;
  readonly index: number;
  readonly span: number;
}

export interface EncodeResponse {
  readonly key: string;
  readonly segment: Segment;
}

/** Segments that are being made at a time: they must not push each other out of the cache before they are used. */
const MAXIMUM_MAKING = 64;

/**
 * Threads that make segments into the cache. They are started when the first is asked for, and until they run, or
 * if they fail, there are none: whoever needs a segment then makes it.
 */
export class EncoderPool implements SegmentMaker {
  readonly #count: number;
  readonly #cache: SegmentCache;
  readonly #secretSeed: Uint8Array | undefined;
  readonly #workers: Worker[] = [];
  readonly #making = new Map<string, { stream: Stream; index: number; callbacks: (() => void)[] }>();
  #turn = 0;
  #started = false;

  /** @param secretSeed the secret that streams may be made with, which the threads need as well */
  constructor(count: number, cache: SegmentCache, secretSeed?: Uint8Array) {
    this.#secretSeed = secretSeed;
    this.#count = count;
    this.#cache = cache;
  }

  get ready(): boolean {
    if (!this.#started) this.#start();
    return this.#workers.length > 0;
  }

  make(stream: Stream, index: number, span: number): void {
    const key = segmentKey(stream, index);
    const worker = this.#workers[this.#turn++ % this.#workers.length];
    if (worker === undefined || this.#making.has(key) || this.#making.size >= MAXIMUM_MAKING) return;
    this.#making.set(key, { stream, index, callbacks: [] });
    worker.postMessage({ key, name: stream.name, index, span } satisfies EncodeRequest);
  }

  whenMade(stream: Stream, index: number, callback: () => void): boolean {
    const making = this.#making.get(segmentKey(stream, index));
    making?.callbacks.push(callback);
    return making !== undefined;
  }

  /** Ends the threads; from now on there are none. */
  close(): void {
    this.#started = true;
    for (const worker of this.#workers.splice(0)) void worker.terminate();
    for (const key of this.#making.keys()) this.#finish(key);
  }

  #start(): void {
    this.#started = true;
    for (let number = 0; number < this.#count; number++) {
      const worker = new Worker(new URL('./encoder-worker.js', import.meta.url), {
        workerData: { secretSeed: this.#secretSeed },
      });
      worker.unref();
      worker.once('online', () => this.#workers.push(worker));
      worker.on('message', ({ key, segment }: EncodeResponse) => this.#finish(key, segment));
      worker.on('error', () => this.close());
    }
  }

  #finish(key: string, segment?: Segment): void {
    const making = this.#making.get(key);
    if (making === undefined) return;
    this.#making.delete(key);
    if (segment !== undefined) this.#cache.add(making.stream, making.index, segment);
    for (const callback of making.callbacks) callback();
  }
}
