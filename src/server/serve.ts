import { ALONE } from './cluster/cluster.ts';
import type { ServeOptions } from './options/serve-options.ts';
import { Server } from './server.ts';
import type { TidemarkServer } from './tidemark-server.ts';

/**
 * Serves streams to any number of clients.
 *
 * @returns once it listens; rejects with the system's error (such as EADDRINUSE) if it can't, or with a UsageError
 *   for an option that is out of bounds
 */
export async function serve(options: ServeOptions = {}): Promise<TidemarkServer> {
  const server = new Server(options, ALONE);
  await server.listen();
  return server;
}
