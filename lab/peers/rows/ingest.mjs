/** How fast Tidemark's client takes messages, with all that it does for its verdict. */

import { withScope } from '../../kit/scope.mjs';
import { alternate } from '../measure.mjs';
import { startProgram, startTidemark } from '../processes.mjs';

const MEASURE_MS = 1500;
const BLOCK_MESSAGES = 100;
/** Few enough that the server keeps them ready, so that it is the client that is measured. */
const COUNT = 163_840;
const PATH = '/users?seed=7&rate=max';

/**
 * Both clients take the same from one server; the first run of each warms it up and is left out.
 *
 * @param {string} peerName
 * @param {(url: string) => object} peerQuestion
 * @returns {import('../rows.mjs').Row['run']}
 */
function against(peerName, peerQuestion) {
  return ({ alternations }) =>
    withScope(async (scope) => {
      const server = await startTidemark(scope);
      const ours = await startProgram(scope, 'our-client-program.mjs');
      const peer = await startProgram(scope, peerName);
      const url = `${server.url}${PATH}`;
      const measureOurs = () => ours.ask({ url, count: COUNT, block: BLOCK_MESSAGES, measureMs: MEASURE_MS });
      const measurePeer = () => peer.ask({ ...peerQuestion(url), measureMs: MEASURE_MS });
      await alternate(1, measureOurs, measurePeer);
      return { runs: await alternate(alternations, measureOurs, measurePeer) };
    });
}

/** @type {import('../rows.mjs').Row[]} */
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
      'ws-client-program.mjs',
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
      'our-client-program.mjs',
      // Dialled as it is, the URL has to hold the count.
      (url) => ({ url: `${url}&count=${COUNT}`, count: COUNT, block: BLOCK_MESSAGES, plain: true }),
    ),
  },
];
