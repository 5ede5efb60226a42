/** Runs the built command, as its users do. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EventChild } from './event-child.mjs';

const CHECKOUT = fileURLToPath(new URL('../..', import.meta.url));

/** The command that a checkout has built. @param {string} [checkout] */
function commandOf(checkout = CHECKOUT) {
  return join(checkout, 'dist/cli/tidemark.js');
}

export const TIDEMARK = commandOf();

/**
 * @typedef {import('./event-child.mjs').EventChildOptions & { nodeArguments?: readonly string[], checkout?: string | undefined }} CommandOptions
 *   `checkout` is another one than this, built
 */

/**
 * Starts `tidemark` with these arguments.
 *
 * @param {import('./scope.mjs').Scope} scope
 * @param {readonly string[]} args
 * @param {CommandOptions} [options]
 */
export function tidemark(scope, args, { nodeArguments = [], checkout, ...options } = {}) {
  return new EventChild(scope, process.execPath, [...nodeArguments, commandOf(checkout), ...args], options);
}

/** A process that listens, and where. @typedef {EventChild & { url: string }} Listening */

/**
 * Starts `tidemark serve --json`, and waits until it listens.
 *
 * @param {import('./scope.mjs').Scope} scope
 * @param {CommandOptions & { port?: number, args?: readonly string[] }} [options]
 */
export async function serve(scope, { port = 0, args = [], ...options } = {}) {
  return listening(tidemark(scope, ['serve', '--port', String(port), '--json', ...args], options));
}

/** Waits until it listens. @param {EventChild} child @returns {Promise<Listening>} */
export async function listening(child) {
  const { url } = await child.event('listening');
  return Object.assign(child, { url: String(url) });
}
