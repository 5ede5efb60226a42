import { BenchClient } from './bench-client.ts';
import { BenchClock, settleWallClock } from './bench-clock.ts';
import { endWithBench, tellBench } from './bench-parent.ts';
import { BlockRecorder } from './block-recorder.ts';
import type { ClientAnswer, ClientJob, ClientOrder, ClientResult, ProcessSample } from './job.ts';
import { ProcessMonitor } from './process-monitor.ts';
import { type Beat, Watchdog } from './watchdog.ts';

/** How much longer a window may last for clients that had no turn in it; with many small blocks each turn is long. */
const LONGEST_EXTENSION_MS = 2000;
const EXTENSION_STEP_MS = 20;

/** The clients of one measurement, in a process of their own. */
class ClientMeasurement {
  readonly #job: ClientJob;
  readonly #clients: readonly BenchClient[];
  readonly #recorder: BlockRecorder;
  readonly #clock: BenchClock;
  readonly #monitor: ProcessMonitor;
  readonly #outages: { client: number; at_ms: number; outage_ms: number }[] = [];
  /** Samples of the window, without the time in which clients leave. */
  #samples: ProcessSample[] | undefined;
  #cold: number;
  #messages = 0;
  #clockErrorMs: number | null = null;
  #fromMs: number | null = null;
  #beginTimer: NodeJS.Timeout | undefined;
  #endTimer: NodeJS.Timeout | undefined;

  constructor(job: ClientJob) {
    this.#job = job;
    this.#recorder = new BlockRecorder(job.sample, Math.random);
    this.#clock = new BenchClock(job.startedMs);
    this.#monitor = new ProcessMonitor(this.#clock, () => this.#messages);
    this.#cold = job.clients.length;
    const hooks = {
      warm: () => {
        if (--this.#cold > 0) return;
        if (job.count !== undefined) this.#monitor.start();
        answer({ type: 'warm' });
      },
      messages: (count: number) => {
        this.#messages += count;
      },
      outage: (client: number, outageMs: number) => {
        this.#outages.push({ client, at_ms: this.#clock.now(), outage_ms: outageMs });
      },
      clockError: (errorMs: number) => {
        this.#clockErrorMs = Math.max(this.#clockErrorMs ?? 0, errorMs);
      },
    };
    this.#clients = job.clients.map((client) => new BenchClient(client, job, this.#recorder, hooks));
  }

  begin(): void {
    for (const client of this.#clients) client.start();
    void this.#finish();
  }

  measure(atMs: number | null): void {
    if (this.#job.count !== undefined) return;
    this.#beginTimer = this.#at(atMs, () => {
      this.#fromMs = this.#clock.now();
      this.#monitor.start();
      for (const client of this.#clients) client.measure();
    });
  }

  stop(atMs: number | null): void {
    if (atMs === null) clearTimeout(this.#beginTimer);
    clearTimeout(this.#endTimer);
    this.#endTimer = this.#at(atMs, () => this.#leave());
  }

  #at(atMs: number | null, act: () => void): NodeJS.Timeout | undefined {
    const waitMs = atMs === null ? 0 : atMs - this.#clock.now();
    if (waitMs > 0) return setTimeout(act, waitMs);
    act();
    return undefined;
  }

  /** Leaves, after each client has ended a block if that only takes turns. */
  #leave(): void {
    const latestMs = performance.now() + LONGEST_EXTENSION_MS;
    const leave = () => {
      const allMeasured = this.#clients.every((client) => client.hasMeasured);
      if (!allMeasured && performance.now() < latestMs) {
        setTimeout(leave, EXTENSION_STEP_MS);
        return;
      }
      this.#samples = this.#monitor.stop();
      for (const client of this.#clients) client.stop();
    };
    leave();
  }

  /** Once the last client has left, reports the result of all. */
  async #finish(): Promise<void> {
    const clients = await Promise.all(
      this.#clients.map(async (client) => {
        const result = await client.result();
        if (!client.isWarm) answer({ type: 'failed', error: `client ${result.client}: ${result.error}` });
        return result;
      }),
    );
    const result: ClientResult = {
      clients,
      blocks: this.#recorder.blocks(),
      quantities: this.#recorder.quantities(),
      outages: this.#outages,
      samples: this.#samples ?? this.#monitor.stop(),
      clockErrorMs: this.#clockErrorMs,
      fromMs: this.#fromMs,
    };
    answer({ type: 'result', result });
  }
}

let measurement: ClientMeasurement | undefined;
const [, , beats] = process.argv;
const watchdog = beats === undefined ? undefined : new Watchdog(Number(beats), () => process.exit());

function answer(message: ClientAnswer): void {
  tellBench(message);
}

process.on('message', (order: ClientOrder | Beat) => {
  watchdog?.heard();
  switch (order.type) {
    case 'begin':
      measurement = new ClientMeasurement(order.job);
      return measurement.begin();
    case 'measure':
      return measurement?.measure(order.atMs);
    case 'stop':
      return measurement?.stop(order.atMs);
  }
});
endWithBench();
settleWallClock();
answer({ type: 'ready' });
