/** How long the command takes before it is of use, above what Node itself takes. */
import { alternate } from '../measure.mjs';
import { TIDEMARK, timeCommand } from '../processes.mjs';

/** A start takes so little that one is no measurement. */
const STARTS_AN_ALTERNATION = 3;
const NODE = process.execPath;
const EMPTY = ['-e', '0'];

function started(args, until) {
  return async ({ alternations }) => {
    const ours = () => timeCommand(NODE, [TIDEMARK, ...args], until);
    const peer = () => timeCommand(NODE, EMPTY);
    await alternate(1, ours, peer); // the first one reads the files into the page cache
    return { runs: await alternate(STARTS_AN_ALTERNATION * alternations, ours, peer) };
  };
}

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
    run: started(['serve', '--port', '0', '--json'], (line) => line.includes('"event":"listening"')),
  },
];
