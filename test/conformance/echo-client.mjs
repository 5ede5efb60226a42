// The transport of Tidemark's client as an echo: every message goes back to its sender. See README.md. Build first.
import { pathToFileURL } from 'node:url';
import { dialWebSocket } from '../../dist/carriage/websocket/dial.js';
import { LIMITS } from '../../dist/session/limits.js';

const AGENT = 'Tidemark';

/**
 * Echoes until the peer has closed.
 *
 * @param {string} url
 * @param {(message: Buffer, text: boolean) => void} [came] told of every message
 * @returns {Promise<{code: number, reason: string}>} how it was closed; rejects if it never opened
 */
export function echoUntilClosed(url, came = () => {}) {
  return new Promise((resolve, reject) => {
    const options = { maximumMessageBytes: LIMITS.outboundMessageBytes };
    const connection = dialWebSocket({ url, subprotocol: undefined }, options, {
      opened: () => {},
      failed: ({ reason }) => reject(new Error(`${url}: ${reason}`)),
      messages: (batch) => {
        for (let index = 0; index < batch.count; index++) {
          const text = batch.isText(index);
          // The memory is not ours to keep, and what is sent may wait.
          const message = Buffer.from(batch.payload(index));
          came(message, text);
          if (text) connection.sendText(message.toString());
          else connection.sendBytes(message, false);
        }
      },
      heard: () => {},
      closed: (code, reason) => resolve({ code, reason }),
    });
  });
}

/** Runs every case of a suite that speaks as Autobahn's `fuzzingserver` does, and has it write its reports. */
async function runSuite(url) {
  let count = 0;
  await echoUntilClosed(`${url}/getCaseCount`, (message) => {
    count = Number(message.toString());
  });
  for (let each = 1; each <= count; each++) {
    await echoUntilClosed(`${url}/runCase?case=${each}&agent=${AGENT}`);
  }
  await echoUntilClosed(`${url}/updateReports?agent=${AGENT}`);
  console.log(`${count} cases run`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [url, once] = process.argv.slice(2);
  if (url === undefined) {
    console.error('usage: echo-client.mjs URL [--once]');
    process.exit(1);
  }
  if (once === '--once') console.log(JSON.stringify(await echoUntilClosed(url)));
  else await runSuite(url.replace(/\/$/, ''));
}
