/** Finds a port for a server that starts late, or restarts on the same one. */
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Below the ephemeral ports, and above those of common servers. */
const PORTS = { first: 10_000, last: 32_000 };
const ATTEMPTS = 100;

/**
 * Finds a port that was free a moment ago. It lies outside the ephemeral range: from there the system could give it to
 * somebody else meanwhile, and a client that dials it while nobody listens could connect to itself.
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
