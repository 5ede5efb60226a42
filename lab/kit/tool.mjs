/** The outermost layer of a tool. */
import { constants } from 'node:os';

/**
 * Runs a tool. An error is printed in a line and ends it with exit code 1; a signal makes it exit, so that its scopes clean up.
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
