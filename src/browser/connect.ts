import type { ClientRun } from '../client/run/client-run.ts';
import type { RunOptions } from '../client/run/run-options.ts';
import { runHere, setupOf } from './run-here.ts';
import { runInWorker } from './worker-run.ts';

/**
 * Prepares a run of a client in a page, or in a worker: it connects, takes blocks, reports each, and reconnects by itself after
 * any outage. It has no log: its cursor is in memory, and gone with the page. `from=SEQ` in the URL begins where another run ended.
 *
 * @param url ws://, wss://, http:// or https://, with the stream and its delivery as path and query; of several servers of the same
 *   stream in an array, which are dialled in turn
 * @throws UsageError for a bad option or URL; StreamError for a parameter of the URL. What else a server refuses ends the run
 */
export function connect(url: string | readonly string[], options: RunOptions = {}): ClientRun {
  const setup = setupOf(url, options);
  return setup.verify === 'local'
    ? runInWorker(setup, url, options)
    : runHere(url, { ...options, client: setup.client });
}
