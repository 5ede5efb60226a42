/** A port for a server that comes late, or comes back on the same one. */
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Below the ports that systems give to whoever asks for any, and above those of servers. */
const PORTS = { first: 10_000, last: 32_000 };
const ATTEMPTS = 100;

/**
 * A port that was free a moment ago. It is none of those that the system gives to whoever asks for any: others would get
 * it meanwhile, and a client that dials it while nobody listens could connect to itself.
 */
export async function freePort() {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const port = randomInt(PORTS.first, PORTS.last);
    if (await isFree(port)) return port;
  }
  throw new Error(`none of ${ATTEMPTS} ports is free`);
}

/** @param {number} port @returns {Promise<boolean>} */
function isFree(port) {
  const probe = createServer();
  return new Promise((resolve) => {
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
