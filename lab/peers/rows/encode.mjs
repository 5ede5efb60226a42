/** How fast one core makes messages, as ready frames with their CRCs. */
import { alternate } from '../measure.mjs';
import { startProgram, withChildren } from '../processes.mjs';

const MEASURE_MS = 1500;

function encode(ours, peer) {
  return ({ alternations }) =>
    withChildren(async (keep) => {
      const { child } = keep(await startProgram('programs/encoding-program.mjs'));
      const measure = (what) => async () => (await child.ask({ what, measureMs: MEASURE_MS })).perSecond;
      return { runs: await alternate(alternations, measure(ours), measure(peer)) };
    });
}

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
    name: 'encode-npy',
    what: 'npy, one core',
    peer: 'Math.random()',
    unit: 'B/s',
    target: { atLeast: 1 },
    run: encode('npy', 'random'),
  },
];
