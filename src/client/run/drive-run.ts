import type { Verdict } from '../../measure/verdict.ts';
import { BlockQueue } from './block-queue.ts';
import type { ClientRun } from './client-run.ts';
import type { RunOptions } from './run-options.ts';

/** What moves a run: its pump, here or in a worker. */
export interface RunDriver {
  readonly closed: Promise<Verdict>;
  start(): void;
  stop(): void;
  setReading(reading: boolean): void;
}

/**
 * A run, as its user has it, around what moves it.
 *
 * @param begun called before it is started
 * @param driver gets the queue that it hands blocks to
 */
export function driveRun(
  client: string,
  { signal }: Pick<RunOptions, 'signal'>,
  begun: () => void,
  driver: (queue: BlockQueue) => RunDriver,
): ClientRun {
  /** Why the run may not read: the iteration is slow, or somebody holds it. */
  const reading = { full: false, held: false };
  const queue = new BlockQueue({
    full: (full) => {
      reading.full = full;
      pump.setReading(!reading.full && !reading.held);
    },
    abandoned: () => {
      pump.stop();
      return pump.closed;
    },
  });
  const pump = driver(queue);
  let started = false;
  const begin = () => {
    if (started) return;
    started = true;
    begun();
    pump.start();
    if (signal?.aborted) pump.stop();
    signal?.addEventListener('abort', () => pump.stop(), { once: true });
  };
  const hold = (held: boolean) => {
    reading.held = held;
    pump.setReading(!reading.full && !reading.held);
  };
  const run: ClientRun = {
    client,
    get closed() {
      begin();
      return pump.closed;
    },
    start: () => {
      begin();
      return run;
    },
    stop: () => {
      hold(false); // otherwise the answers to the last receipts would not be read
      pump.stop();
    },
    holdInput: hold,
    [Symbol.asyncIterator]: () => {
      queue.open();
      begin();
      return queue;
    },
    [Symbol.asyncDispose]: async () => {
      pump.stop();
      await pump.closed;
    },
  };
  return run;
}
