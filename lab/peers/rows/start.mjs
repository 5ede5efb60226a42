/** How long the command takes before it is of use, above what Node itself takes. */
import { TIDEMARK } from '../../kit/tidemark.mjs';
import { alternate } from '../measure.mjs';
import { startMs } from '../processes.mjs';

/** A start takes so little that one is no measurement. */
const STARTS_AN_ALTERNATION = 3;
const EMPTY = ['-e', '0'];

/** @param {readonly string[]} args @returns {import('../rows.mjs').Row['run']} */
function started(args, untilListening = false) {
  return async ({ alternations }) => {
    const ours = () => startMs([TIDEMARK, ...args], untilListening);
    const peer = () => startMs(EMPTY);
    await alternate(1, ours, peer); // the first one reads the files into the page cache
    return { runs: await alternate(STARTS_AN_ALTERNATION * alternations, ours, peer) };
  };
}

/** @type {import('../rows.mjs').Row[]} */
export const rows = [
  {
    name: 'start-help',
    what: 'tidemark --help',
    peer: 'node -e 0',
    compare: 'difference',
    unit: 'ms',
    target: { atMost: 60 },
    run: started(['--help']),
  },
  {
    name: 'start-serve',
    what: 'serve until it listens',
    peer: 'node -e 0',
    compare: 'difference',
    unit: 'ms',
    target: { atMost: 150 },
    run: started(['serve', '--port', '0', '--json'], true),
  },
];
