/** Packets are lost at random, both ways; TCP sends them again, which takes time, and the times that are measured say it. */
import { median, quantile } from '../../kit/quantile.mjs';
import { endFaults } from '../log-faults.mjs';
import { NETWORK_PACKAGES, Network } from '../network.mjs';

const CLIENTS = 10;
const MESSAGES = 300;
const PER_SECOND = 50;
const BLOCK = 5;

/**
 * One run of each client; how long a block took, of all.
 *
 * @param {Network} network
 * @param {import('../../kit/scope.mjs').Scope} scope
 * @param {import('../../kit/tidemark.mjs').Listening} server
 * @param {string} name
 */
async function round(network, scope, server, name) {
  const options = [
    '--clients',
    String(CLIENTS),
    '--client',
    name,
    '--block-size',
    String(BLOCK),
    '--count',
    String(MESSAGES),
  ];
  const client = network.connect(scope, [
    `${server.url}/users?seed=7&rate=${PER_SECOND}`,
    ...options,
    '--json',
  ]);
  await client.end(300_000);
  const blocks = client.events.filter(({ event }) => event === 'block');
  const times = blocks.map(({ elapsed_ms }) => elapsed_ms);
  return { ends: client.ends(), p50: median(times), p99: quantile(times, 0.99) };
}

/** @param {number} probability @param {import('../campaigns.mjs').Setting} setting */
async function run(probability, { scope, tally, runs, short }) {
  const network = new Network(scope);
  const server = await network.serve(scope, []);
  const clean = await round(network, scope, server, 'clean');
  network.drop('both', probability);
  let worst = clean;
  for (let done = 0; done < runs; done += CLIENTS) {
    const lossy = await round(network, scope, server, `lossy-${done}`);
    for (let index = 0; index < CLIENTS; index++) {
      const end = lossy.ends[index];
      tally.run(endFaults(end, MESSAGES), end);
    }
    if (lossy.p99 > worst.p99) worst = lossy;
  }
  const { dropped } = network;
  if (dropped === 0) tally.run(['no packet was dropped']);
  if (!short && !(worst.p99 > clean.p99))
    tally.run([`the blocks' times do not show it: ${worst.p99} and ${clean.p99} ms`]);
  const shown = (/** @type {{ p50: number, p99: number }} */ { p50, p99 }) =>
    `p50 ${Math.round(p50)}, p99 ${Math.round(p99)} ms`;
  tally.note(
    `${dropped} packets dropped; time of a block of ${BLOCK} at ${PER_SECOND} a second: ${shown(worst)}; without loss ${shown(clean)}`,
  );
}

/** @param {number} percent @returns {import('../campaigns.mjs').Campaign} */
function lossOf(percent) {
  return {
    name: `loss-${percent}`,
    fault: `${percent} % of all packets are lost, both ways`,
    runs: 50,
    shortRuns: CLIENTS,
    root: true,
    packages: NETWORK_PACKAGES,
    run: (settings) => run(percent / 100, settings),
  };
}

export const loss5 = lossOf(5);
export const loss20 = lossOf(20);
