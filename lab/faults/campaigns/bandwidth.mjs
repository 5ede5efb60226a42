/** The path carries 256 kbit a second, and the server has far more to send: it comes late, but whole. */

import { endFaults } from '../log-faults.mjs';
import { NETWORK_PACKAGES, Network } from '../network.mjs';

const KILOBITS_PER_SECOND = 256;
const CLIENTS = 5;
const MESSAGES = 60;
const MESSAGE_BYTES = 1024;

/** @param {import('../campaigns.mjs').Setting} setting */
async function run({ scope, tally, runs }) {
  const network = new Network(scope);
  network.limit(`${KILOBITS_PER_SECOND}kbit`);
  const server = await network.serve(scope, []);
  /** @type {number[]} */
  const speeds = [];
  for (let done = 0; done < runs; done += CLIENTS) {
    const options = [
      '--clients',
      String(CLIENTS),
      '--client',
      `narrow-${done}`,
      '--block-size',
      '10',
      '--count',
      String(MESSAGES),
    ];
    const url = `${server.url}/bytes?size=${MESSAGE_BYTES}&rate=max`;
    const client = network.connect(scope, [url, ...options, '--json']);
    await client.end(120_000);
    const ends = client.ends();
    const seconds = Math.max(...ends.map(({ duration_ms }) => duration_ms)) / 1000;
    const kilobits = (CLIENTS * MESSAGES * MESSAGE_BYTES * 8) / 1000 / seconds;
    speeds.push(kilobits);
    // The bucket holds 16 KiB, and the first bytes may go at once.
    const wrong = kilobits > KILOBITS_PER_SECOND * 1.1 ? [`${Math.round(kilobits)} kbit/s came through`] : [];
    for (let index = 0; index < CLIENTS; index++)
      tally.run([...endFaults(ends[index], MESSAGES), ...wrong], ends[index]);
  }
  tally.note(
    `measured: ${Math.round(Math.min(...speeds))} to ${Math.round(Math.max(...speeds))} kbit/s of messages`,
  );
}

/** @type {import('../campaigns.mjs').Campaign} */
export const bandwidth = {
  name: 'bandwidth',
  fault: `the path carries ${KILOBITS_PER_SECOND} kbit/s, the server sends as fast as it can`,
  runs: 50,
  shortRuns: CLIENTS,
  root: true,
  packages: NETWORK_PACKAGES,
  run,
};
