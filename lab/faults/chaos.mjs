/** Our own `tidemark chaos` between a server and clients, and what the clients say of the way. */
import { join } from 'node:path';
import { listening, tidemark } from '../kit/tidemark.mjs';
import { compareLog, endFaults, readBlocks } from './log-faults.mjs';

/**
 * The path does to these streams what `spec` says. An empty one does nothing, and is what the others are compared with.
 *
 * @param {import('../kit/scope.mjs').Scope} scope
 * @param {string} to
 * @param {string} spec
 */
export function chaosProxy(scope, to, spec) {
  const path = ['--listen', '127.0.0.1:0', '--to', to, '--chaos', spec];
  return listening(tidemark(scope, ['chaos', ...path, '--json']));
}

/**
 * What one client took: its `end`, its `timed` blocks, and what is wrong, in sentences.
 *
 * @typedef {object} Taken
 * @property {import('../kit/event-child.mjs').SeenEvent | undefined} end
 * @property {import('../kit/event-child.mjs').SeenEvent[]} timed
 * @property {string[]} faults
 * @property {number} lost
 * @property {number} repeated
 *
 * @typedef {object} Taking
 * @property {{ url: string }} server
 * @property {string} spec
 * @property {string} stream
 * @property {string} delivery parameters of the URL
 * @property {number} clients
 * @property {number} block messages
 * @property {readonly string[]} expected
 */

/**
 * Clients that take `expected`, all of it, through a path of their own.
 *
 * @param {import('../kit/scope.mjs').Scope} scope
 * @param {Taking} taking
 * @returns {Promise<{ runs: Taken[], bytesPerSecond: number }>} the speed is that of all clients together
 */
export async function takenThrough(scope, { server, spec, stream, delivery, clients, block, expected }) {
  const folder = scope.folder();
  const proxy = await chaosProxy(scope, server.url, spec);
  const options = [
    '--clients',
    String(clients),
    '--client',
    'ann',
    '--block-size',
    String(block),
    '--timing',
  ];
  const client = tidemark(scope, [
    'connect',
    `${proxy.url}/${stream}${stream.includes('?') ? '&' : '?'}${delivery}`,
    ...[...options, '--count', String(expected.length), '--log', join(folder, 'run.ndjson'), '--json'],
  ]);
  await client.end(300_000);
  await proxy.killNow();
  const runs = Array.from({ length: clients }, (_, index) => {
    const name = `ann-${index + 1}`;
    const end = client.ends().find((event) => event.client === name);
    const log = compareLog(readBlocks(join(folder, `run.${name}.ndjson`)), expected);
    const timed = client.events.filter((event) => event.event === 'timed' && event.client === name);
    const faults = [...endFaults(end, expected.length), ...log.faults];
    if (timed.length !== Math.ceil(expected.length / block))
      faults.push(`${timed.length} blocks have a latency`);
    return { end, timed, faults, lost: log.lost, repeated: log.repeated };
  });
  const seconds = Math.max(...runs.map(({ end }) => end?.duration_ms ?? 0)) / 1000;
  const bytes = expected.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  return { runs, bytesPerSecond: (clients * bytes) / seconds };
}
