import { Histogram } from '../../measure/histogram.ts';
import { encodeHdr } from '../../run-file/hdr-encoding.ts';
import type { QuantityName } from '../../run-file/record/run-record.ts';
import type { Recorded, SampledBlocks } from './job.ts';

/** A block that counts: complete, uninterrupted, with a block before it from which to measure. */
export interface MeasuredBlock {
  readonly client: number;
  readonly number: number;
  readonly elapsedMs: number;
  readonly intervalMs: number;
}

interface KeptBlock extends MeasuredBlock {
  /** Its place among all blocks. */
  readonly order: number;
  latencyMs: number | null;
  latencyFromSendMs: number | null;
}

/**
 * Keeps the blocks of a measurement in bounded memory: a histogram of each quantity over all of them, and the blocks
 * themselves, or, if there are more than `most`, a uniform sample (Vitter's algorithm R, 1985).
 */
export class BlockRecorder {
  readonly #most: number;
  readonly #random: () => number;
  readonly #kept: KeptBlock[] = [];
  /** Kept blocks, by client and block, until their latency is known. */
  readonly #places = new Map<string, KeptBlock>();
  readonly #histograms: Readonly<Record<QuantityName, Histogram>> = {
    elapsed: new Histogram(),
    interval: new Histogram(),
    latency: new Histogram(),
    latency_from_send: new Histogram(),
  };
  #of = 0;

  /** @param random returns numbers in [0, 1) */
  constructor(most: number, random: () => number) {
    this.#most = most;
    this.#random = random;
  }

  add(block: MeasuredBlock): void {
    this.#histograms.elapsed.record(block.elapsedMs * MICROSECONDS);
    this.#histograms.interval.record(block.intervalMs * MICROSECONDS);
    const order = this.#of++;
    const place = order < this.#most ? order : Math.floor(this.#random() * this.#of);
    if (place >= this.#most) return;
    const before = this.#kept[place];
    if (before !== undefined) this.#places.delete(keyOf(before));
    const kept: KeptBlock = { ...block, order, latencyMs: null, latencyFromSendMs: null };
    this.#kept[place] = kept;
    this.#places.set(keyOf(kept), kept);
  }

  /** Adds the latency of a block, which becomes known later than the block. */
  addLatency(
    client: number,
    number: number,
    latencyMs: number | null,
    latencyFromSendMs: number | null,
  ): void {
    if (latencyMs !== null) this.#histograms.latency.record(latencyMs * MICROSECONDS);
    if (latencyFromSendMs !== null)
      this.#histograms.latency_from_send.record(latencyFromSendMs * MICROSECONDS);
    const kept = this.#places.get(keyOf({ client, number }));
    if (kept === undefined) return;
    kept.latencyMs = latencyMs;
    kept.latencyFromSendMs = latencyFromSendMs;
  }

  blocks(): SampledBlocks {
    const kept = [...this.#kept].sort((a, b) => a.order - b.order);
    return {
      of: this.#of,
      client: kept.map(({ client }) => client),
      block: kept.map(({ number }) => number),
      elapsed_ms: kept.map(({ elapsedMs }) => toMicroseconds(elapsedMs)),
      interval_ms: kept.map(({ intervalMs }) => toMicroseconds(intervalMs)),
      latency_ms: kept.map(({ latencyMs }) => latencyMs && toMicroseconds(latencyMs)),
      latency_from_send_ms: kept.map(
        ({ latencyFromSendMs }) => latencyFromSendMs && toMicroseconds(latencyFromSendMs),
      ),
    };
  }

  quantities(): Record<QuantityName, Recorded> {
    const recorded = (histogram: Histogram): Recorded => ({
      count: histogram.count,
      mean_ms: histogram.mean / MICROSECONDS,
      hdr_base64: encodeHdr(histogram),
    });
    const { elapsed, interval, latency, latency_from_send } = this.#histograms;
    return {
      elapsed: recorded(elapsed),
      interval: recorded(interval),
      latency: recorded(latency),
      latency_from_send: recorded(latency_from_send),
    };
  }
}

const MICROSECONDS = 1000;

function keyOf({ client, number }: { client: number; number: number }): string {
  return `${client}:${number}`;
}

function toMicroseconds(ms: number): number {
  return Math.round(ms * MICROSECONDS) / MICROSECONDS;
}
