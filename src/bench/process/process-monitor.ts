import { monitorEventLoopDelay, PerformanceObserver, performance } from 'node:perf_hooks';
import type { BenchClock } from './bench-clock.ts';
import type { ProcessSample } from './job.ts';

/** How often the loop's delay is sampled; the measured delay includes this. */
const RESOLUTION_MS = 10;
const EVERY_MS = 1000;
/** The rest of a second is reported only if it is at least this long. */
const LEAST_MS = 100;

/** Watches the process that it runs in, second by second: CPU, delay of the event loop, garbage collection, memory. */
export class ProcessMonitor {
  readonly #clock: BenchClock;
  readonly #messages: () => number | null;
  readonly #delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  readonly #collections: PerformanceObserver;
  readonly #samples: ProcessSample[] = [];
  #timer: NodeJS.Timeout | undefined;
  #gcMs = 0;
  #sinceMs = 0;
  #cpu: NodeJS.CpuUsage = process.cpuUsage();
  #counted = 0;

  /**
   * @param clock by which times are reported
   * @param messages how many messages have arrived so far; null where that means nothing
   */
  constructor(clock: BenchClock, messages: () => number | null) {
    this.#clock = clock;
    this.#messages = messages;
    this.#collections = new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) this.#gcMs += duration;
    });
  }

  start(): void {
    this.#samples.length = 0;
    this.#collections.observe({ entryTypes: ['gc'] });
    this.#delay.enable();
    this.#begin();
    this.#timer = setInterval(() => this.#take(), EVERY_MS);
  }

  /** @returns a sample for each second since `start` */
  stop(): ProcessSample[] {
    clearInterval(this.#timer);
    if (performance.now() - this.#sinceMs >= LEAST_MS) this.#take();
    this.#delay.disable();
    this.#collections.disconnect();
    return [...this.#samples];
  }

  #begin(): void {
    this.#sinceMs = performance.now();
    this.#cpu = process.cpuUsage();
    this.#counted = this.#messages() ?? 0;
    this.#gcMs = 0;
    this.#delay.reset();
  }

  #take(): void {
    const elapsedMs = performance.now() - this.#sinceMs;
    const { user, system } = process.cpuUsage(this.#cpu);
    const messages = this.#messages();
    this.#samples.push({
      pid: process.pid,
      at_ms: rounded(this.#clock.now(), 1),
      cpu_percent: rounded((user + system) / 10 / elapsedMs, 10),
      loop_lag_p99_ms: lagMs(this.#delay.percentile(99)),
      loop_lag_max_ms: lagMs(this.#delay.max),
      gc_ms: rounded(this.#gcMs, 100),
      rss_bytes: process.memoryUsage.rss(),
      messages: messages === null ? null : Math.round(((messages - this.#counted) * EVERY_MS) / elapsedMs),
    });
    this.#begin();
  }
}

/** The delay beyond the resolution; 0 if there were no samples, as for a loop that was never late. */
function lagMs(nanoseconds: number): number {
  const ms = nanoseconds / 1e6 - RESOLUTION_MS;
  return Number.isFinite(ms) ? rounded(Math.max(ms, 0), 100) : 0;
}

function rounded(value: number, steps: number): number {
  return Math.round(value * steps) / steps;
}
