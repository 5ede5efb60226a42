/** Whether each message comes when it is meant to. */
import { median } from '../../kit/quantile.mjs';
import { withScope } from '../../kit/scope.mjs';
import { alternate } from '../measure.mjs';
import { startPeer, startProgram, startTidemark } from '../processes.mjs';

const CLIENTS = 100;
const RATE_PER_SECOND = 100;
const WINDOW = { connections: CLIENTS, ratePerSecond: RATE_PER_SECOND, spreadMs: 1000, measureMs: 3000 };

/** @type {import('../rows.mjs').Row[]} */
export const rows = [
  {
    name: 'paced',
    what: '100 x 100 msg/s, p99 late',
    peer: 'uWS',
    unit: 'ms',
    target: { atMost: 1.2 },
    run: ({ alternations }) =>
      withScope(async (scope) => {
        const ours = await startTidemark(scope);
        const peer = await startPeer(scope, 'uws-paced.mjs');
        const client = await startProgram(scope, 'lateness-program.mjs');
        const path = `/users?seed=7&rate=${RATE_PER_SECOND}`;
        /** @type {Record<'ours' | 'peer', { p50Ms: number, p99Ms: number, wholeT0: boolean }[]>} */
        const details = { ours: [], peer: [] };
        const measure =
          (/** @type {keyof typeof details} */ whose, /** @type {object} */ address) => async () => {
            const late = await client.ask({ ...WINDOW, ...address });
            details[whose].push(late);
            return late.p99Ms;
          };
        const runs = await alternate(
          alternations,
          measure('ours', { port: ours.port, path, subprotocol: 'tidemark.v1' }),
          measure('peer', { port: peer.port, path }),
        );
        const p50 = (/** @type {keyof typeof details} */ whose) =>
          median(details[whose].map(({ p50Ms }) => p50Ms)).toFixed(2);
        const notes = [`p50 late: ours ${p50('ours')} ms, peer ${p50('peer')} ms`];
        if (details.ours.every(({ wholeT0 }) => wholeT0)) {
          notes.push(
            'Tidemark tells its t0 in whole milliseconds, rounded down, which adds up to 1 ms to its lateness',
          );
        }
        return { runs, notes, details };
      }),
  },
];
