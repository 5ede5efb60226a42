/** Whether each message comes when it is meant to. */
import { alternate, median } from '../measure.mjs';
import { startPeer, startProgram, startTidemark, withChildren } from '../processes.mjs';

const CLIENTS = 100;
const RATE_PER_SECOND = 100;
const WINDOW = { connections: CLIENTS, ratePerSecond: RATE_PER_SECOND, spreadMs: 1000, measureMs: 3000 };

export const rows = [
  {
    name: 'paced',
    what: '100 x 100 msg/s, p99 late',
    peer: 'uWS',
    unit: 'ms',
    target: { atMost: 1.2 },
    run: ({ alternations }) =>
      withChildren(async (keep) => {
        const ours = keep(await startTidemark());
        const peer = keep(await startPeer('programs/uws-paced.mjs'));
        const { child: client } = keep(await startProgram('programs/lateness-program.mjs'));
        const path = `/users?seed=7&rate=${RATE_PER_SECOND}`;
        const details = { ours: [], peer: [] };
        const measure = (whose, address) => async () => {
          const late = await client.ask({ ...WINDOW, ...address });
          details[whose].push(late);
          return late.p99Ms;
        };
        const runs = await alternate(
          alternations,
          measure('ours', { port: ours.port, path, subprotocol: 'tidemark.v1' }),
          measure('peer', { port: peer.port, path }),
        );
        const p50 = (whose) => median(details[whose].map(({ p50Ms }) => p50Ms)).toFixed(2);
        const notes = [`p50 late: ours ${p50('ours')} ms, peer ${p50('peer')} ms`];
        if (details.ours.every(({ wholeT0 }) => wholeT0)) {
          notes.push(
            'Tidemark tells its t0 in whole milliseconds, cut: that adds up to 1 ms to its lateness',
          );
        }
        return { runs, notes, details };
      }),
  },
];
