/** How fast Tidemark's client takes messages, with all that it does for its verdict. */
import { alternate } from '../measure.mjs';
import { startProgram, startTidemark, withChildren } from '../processes.mjs';

const MEASURE_MS = 1500;
const BLOCK_MESSAGES = 100;
/** Few enough that the server keeps them ready, so that it is the client that is measured. */
const COUNT = 163_840;
const PATH = '/users?seed=7&rate=max';

/** Both clients take the same from one server; the first run of each warms it up and is left out. */
function against(startPeer, peerQuestion) {
  return ({ alternations }) =>
    withChildren(async (keep) => {
      const server = keep(await startTidemark());
      const { child: ours } = keep(await startProgram('programs/our-client-program.mjs'));
      const { child: peer } = keep(await startPeer());
      const url = `${server.url}${PATH}`;
      const measureOurs = () => ours.ask({ url, count: COUNT, block: BLOCK_MESSAGES, measureMs: MEASURE_MS });
      const measurePeer = () => peer.ask({ ...peerQuestion(url), measureMs: MEASURE_MS });
      await alternate(1, measureOurs, measurePeer);
      return { runs: await alternate(alternations, measureOurs, measurePeer) };
    });
}

export const rows = [
  {
    name: 'ingest',
    what: 'our client',
    peer: 'ws',
    unit: 'msg/s',
    target: { atLeast: 3 },
    // Half of what was measured, which is below the target.
    quickTarget: { atLeast: 1 },
    quick: true,
    run: against(
      () => startProgram('programs/ws-client-program.mjs'),
      // Plain mode: the server closes after the last message.
      (url) => ({ url: `${url}&count=${COUNT}`, count: COUNT }),
    ),
  },
  {
    name: 'verify-ready',
    what: 'ready, proof on',
    peer: 'proof off',
    unit: 'msg/s',
    run: against(
      () => startProgram('programs/our-client-program.mjs'),
      // Dialled as it is, the URL has to hold the count.
      (url) => ({ url: `${url}&count=${COUNT}`, count: COUNT, block: BLOCK_MESSAGES, plain: true }),
    ),
  },
];
