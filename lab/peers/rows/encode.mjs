/** How fast one core makes messages, ready to send, with their CRCs. */

import { withScope } from '../../kit/scope.mjs';
import { alternate } from '../measure.mjs';
import { startProgram } from '../processes.mjs';

const MEASURE_MS = 1500;

/** @param {string} ours @param {string} peer @returns {import('../rows.mjs').Row['run']} */
function encode(ours, peer) {
  return ({ alternations }) =>
    withScope(async (scope) => {
      const child = await startProgram(scope, 'encoding-program.mjs');
      const measure = (/** @type {string} */ what) => async () =>
        (await child.ask({ what, measureMs: MEASURE_MS })).perSecond;
      return { runs: await alternate(alternations, measure(ours), measure(peer)) };
    });
}

/** @type {import('../rows.mjs').Row[]} */
export const rows = [
  {
    name: 'encode-users',
    what: 'users, one core',
    peer: 'faker + JSON',
    unit: 'msg/s',
    target: { atLeast: 60 },
    quick: true,
    run: encode('users', 'faker'),
  },
  {
    name: 'encode-lines',
    what: 'users as NDJSON',
    peer: 'as WebSocket frames',
    unit: 'msg/s',
    target: { atLeast: 0.9 },
    run: encode('lines', 'users'),
  },
  {
    name: 'encode-events',
    what: 'users as SSE',
    peer: 'as WebSocket frames',
    unit: 'msg/s',
    target: { atLeast: 0.9 },
    run: encode('events', 'users'),
  },
  {
    name: 'encode-npy',
    what: 'npy, one core',
    peer: 'Math.random()',
    unit: 'B/s',
    target: { atLeast: 1 },
    run: encode('npy', 'random'),
  },
];
