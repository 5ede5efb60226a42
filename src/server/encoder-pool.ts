import { Worker } from 'node:worker_threads';
import type { Segment } from '../stream/segment.ts';
import type { SegmentCache } from '../stream/segment-cache.ts';
import type { SegmentMemory } from '../stream/segment-memory.ts';
import type { Stream } from '../stream/stream.ts';
import type { SegmentMaker } from './read-ahead.ts';

/** What an encoder is asked for: segments of a stream, by its canonical name. */
export interface EncodeRequest {
  readonly name: string;
  readonly span: number;
  readonly segments: readonly {
    readonly key: string;
    readonly index: number;
    /** What the segment is to be put into, if it fits. */
    readonly memory: SharedArrayBuffer | undefined;
  }[];
}

export interface EncodeResponse {
  readonly key: string;
  readonly segment: Segment;
}

/** A segment that is being made. */
interface Making {
  readonly stream: Stream;
  readonly index: number;
  /** That it may come in. */
  readonly memory: SharedArrayBuffer | undefined;
  readonly callbacks: (() => void)[];
}

/** Segments that are being made at a time: they must not push each other out of the cache before they are used. */
const MAXIMUM_MAKING = 256;

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
  readonly #making = new Map<string, Making>();
  #turn = 0;
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

  make(stream: Stream, indices: readonly number[], span: number): boolean {
    if (this.#workers.length === 0) return false;
    let all = true;
    const asked: EncodeRequest['segments'][number][][] = this.#workers.map(() => []);
    for (const index of indices) {
      const key = segmentKey(stream, index);
      if (this.#making.has(key)) continue;
      all = this.#making.size < MAXIMUM_MAKING;
      if (!all) break;
      const memory = this.#memory.take();
      this.#making.set(key, { stream, index, memory, callbacks: [] });
      asked[this.#turn++ % asked.length]?.push({ key, index, memory });
    }
    for (const [number, segments] of asked.entries()) {
      if (segments.length === 0) continue;
      const request: EncodeRequest = { name: stream.name, span, segments };
      this.#workers[number]?.postMessage(request);
    }
    return all;
  }

  whenMade(stream: Stream, index: number, callback: () => void): boolean {
    if (this.#making.size === 0) return false;
    const making = this.#making.get(segmentKey(stream, index));
    making?.callbacks.push(callback);
    return making !== undefined;
  }

  /** Ends the threads; from now on there are none. */
  close(): void {
    this.#started = true;
    this.#closed = true;
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
      worker.once('online', () => {
        if (this.#closed) void worker.terminate();
        else this.#workers.push(worker);
      });
      worker.on('message', ({ key, segment }: EncodeResponse) => this.#finish(key, segment));
      worker.on('error', () => this.close());
    }
  }

  #finish(key: string, segment?: Segment): void {
    const making = this.#making.get(key);
    if (making === undefined) return;
    this.#making.delete(key);
    if (segment !== undefined) this.#add(making, segment);
    for (const callback of making.callbacks) callback();
  }

  #add({ stream, index, memory }: Making, segment: Segment): void {
    const { buffer, byteOffset, length } = segment.bytes;
    if (memory === undefined || buffer instanceof ArrayBuffer) {
      if (memory !== undefined) this.#memory.drop(memory); // it did not fit
      this.#cache.add(stream, index, segment);
    } else {
      // The memory came back as another object, and it is this one that it is known by.
      this.#cache.add(stream, index, { ...segment, bytes: Buffer.from(memory, byteOffset, length) });
    }
  }
}

/** What a segment that is being made is known by, here and in the threads. */
function segmentKey(stream: Stream, index: number): string {
  return `${stream.id}/${index}`;
}
