/** The outermost part of a tool. */
import { constants } from 'node:os';

/**
 * Runs a tool: what it throws is told in a line and ends it with 1, and on a signal it exits, so that what it has made
 * goes with its scopes.
 *
 * @param {(args: readonly string[]) => Promise<void>} main
 */
export async function runTool(main) {
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
    process.on(signal, () => process.exit(128 + constants.signals[signal]));
  try {
    await main(process.argv.slice(2));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1); // whatever else runs
  }
}
