import { availableParallelism } from 'node:os';
import { MOST_WORKERS } from '../server/options/access-limits.ts';
import type { ServeOptions } from '../server/options/serve-options.ts';
import { serve as serveAlone } from '../server/serve.ts';
import type { TidemarkServer } from '../server/tidemark-server.ts';
import { badOption } from '../wording/usage-error.ts';
import { Primary } from './primary.ts';
import { startWorkerProcess } from './worker-process.ts';

/**
 * Serves streams to any number of clients, by one process or several.
 *
 * @returns once it listens; rejects with the system's error (such as EADDRINUSE) if it can't, or with a UsageError
 *   for an option that is out of bounds
 */
export async function serve(options: ServeOptions = {}): Promise<TidemarkServer> {
  const count = workersOf(options);
  if (count === 1) return serveAlone(options);
  const primary = new Primary(options, count, { start: startWorkerProcess });
  await primary.listen();
  return primary;
}

/** @throws UsageError for a number that is out of bounds */
function workersOf({ workers = 1 }: ServeOptions): number {
  if (workers === 'auto') return Math.min(availableParallelism(), MOST_WORKERS);
  if (Number.isSafeInteger(workers) && workers >= 1 && workers <= MOST_WORKERS) return workers;
  throw badOption('workers', `an integer from 1 to ${MOST_WORKERS}, or auto`, String(workers));
}
