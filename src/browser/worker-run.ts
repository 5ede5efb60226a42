import { PAGE_WEBSOCKET_LINK } from '../carriage/connection.ts';
import type { BlockQueue } from '../client/run/block-queue.ts';
import type { ClientRun } from '../client/run/client-run.ts';
import { driveRun, type RunDriver } from '../client/run/drive-run.ts';
import { eventOf } from '../client/run/run-events.ts';
import type { RunOptions } from '../client/run/run-options.ts';
import type { RunSetup } from '../client/run/run-setup.ts';
import type { Verdict } from '../measure/verdict.ts';
import { Run } from '../session/run/run.ts';
import type { RunOutput } from '../session/run/run-output.ts';
import { pageClock } from './page-clock.ts';
import type { PageMessage, WorkerMessage } from './worker-message.ts';

/** The part of a browser's `Worker` that is used here. */
interface NativeWorker {
  onmessage: ((event: { readonly data: WorkerMessage }) => void) | null;
  onerror: ((event: { readonly message?: string; preventDefault(): void }) => void) | null;
  postMessage(message: PageMessage): void;
  terminate(): void;
}

declare const Worker: new (url: URL, options: { readonly type: 'module' }) => NativeWorker;

/** A run that moves in a worker, where each message is compared with what the stream should have. */
export function runInWorker(
  setup: RunSetup,
  url: string | readonly string[],
  options: RunOptions,
): ClientRun {
  const { client } = setup;
  return driveRun(
    client,
    options,
    () => {},
    (queue) => new WorkerDriver(setup, url, options, queue),
  );
}

class WorkerDriver implements RunDriver {
  readonly closed: Promise<Verdict>;
  readonly #setup: RunSetup;
  readonly #url: string | readonly string[];
  readonly #options: RunOptions;
  readonly #queue: BlockQueue;
  #worker: NativeWorker | undefined;
  #reading = true;
  #over = false;
  #resolve: (verdict: Verdict) => void = () => {};

  constructor(setup: RunSetup, url: string | readonly string[], options: RunOptions, queue: BlockQueue) {
    this.#setup = setup;
    this.#url = url;
    this.#options = options;
    this.#queue = queue;
    this.closed = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  start(): void {
    if (this.#over) return;
    const { onEvent: _, onBlock: __, onMessages, signal: ___, ...others } = this.#options;
    const worker = new Worker(new URL('./local-worker.js', import.meta.url), { type: 'module' });
    this.#worker = worker;
    worker.onmessage = ({ data }) => this.#take(data);
    worker.onerror = (event) => {
      event.preventDefault(); // it is told by the verdict
      this.#fail(event.message ?? 'it could not be loaded');
    };
    if (!this.#reading) worker.postMessage({ type: 'hold', hold: true });
    const options = { ...others, client: this.#setup.client };
    worker.postMessage({ type: 'start', url: this.#url, options, arrivals: onMessages !== undefined });
  }

  stop(): void {
    if (this.#worker !== undefined) return this.#worker.postMessage({ type: 'stop' });
    this.#endWithout((run) => run.stop(pageClock.now())); // it had not begun, or is over
  }

  setReading(reading: boolean): void {
    this.#reading = reading;
    this.#worker?.postMessage({ type: 'hold', hold: !reading });
  }

  #take(message: WorkerMessage): void {
    const { onEvent, onBlock, onMessages } = this.#options;
    switch (message.type) {
      case 'event':
        return onEvent?.(message.event);
      case 'block':
        this.#worker?.postMessage({ type: 'taken' });
        onBlock?.(message.block);
        this.#queue.push(message.block);
        return;
      case 'arrival': {
        this.#worker?.postMessage({ type: 'taken' });
        const { firstSeq, messages } = message;
        return onMessages?.({ firstSeq, count: messages.length, messages });
      }
      case 'closed':
        return this.#end(message.verdict);
      case 'refused':
        return this.#fail(message.error);
    }
  }

  #fail(why: string): void {
    this.#endWithout((run) => run.abort(`the worker that checks messages: ${why}`, pageClock.now()));
  }

  /** The worker has no run that could end, so one ends that has not begun. */
  #endWithout(ended: (run: Run) => readonly RunOutput[]): void {
    if (this.#over) return;
    const { client, block: blockSize, count, plain, heartbeatMs, secrets } = this.#setup;
    const run = new Run({
      ...{ client, blockSize, count, plain, heartbeatMs, secrets },
      ...{ link: PAGE_WEBSOCKET_LINK, random: Math.random, resume: undefined },
    });
    for (const output of ended(run)) {
      if (output.type !== 'end') continue;
      const event = eventOf(client, output);
      if (event !== undefined) this.#options.onEvent?.(event);
      this.#end(output.verdict);
    }
  }

  #end(verdict: Verdict): void {
    if (this.#over) return;
    this.#over = true;
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#queue.end();
    this.#resolve(verdict);
  }
}
