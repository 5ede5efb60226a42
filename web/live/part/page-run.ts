import { runHere } from '../../../src/browser/run-here.ts';
import type { ClientEvent } from '../../../src/client/run/client-event.ts';
import type { ClientRun } from '../../../src/client/run/client-run.ts';
import { ConnectionTiming } from '../../../src/session/run/connection-timing.ts';

/** What this tab takes, and as whom. */
export interface PartOptions {
  readonly url: string;
  readonly block: number;
  readonly client?: string;
  readonly accessToken?: string;
}

/**
 * Begins a run of this tab as a client. A file of its own: most who look take no part. Who checks is the server, since a check of one's
 * own is WebAssembly, which the policy of the page does not let in.
 */
export function takePart({ url, ...options }: PartOptions, onEvent: (event: ClientEvent) => void): ClientRun {
  // It tells of each block that the server found right.
  const timing = new ConnectionTiming(false);
  return runHere(url, { ...options, onEvent }, { timing }).start();
}
