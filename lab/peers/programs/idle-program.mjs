/** Holds connections that do nothing but be there. */
import { dial, FrameWalk } from '../frames.mjs';
import { answerQuestions } from '../questions.mjs';

/** A server's queue of new connections is short. */
const DIALS_AT_ONCE = 100;

/** @type {import('node:net').Socket[]} */
let held = [];

/** @param {import('../frames.mjs').Address} address @returns {Promise<import('node:net').Socket>} */
function hold(address) {
  return new Promise((resolve, reject) => {
    const walk = new FrameWalk();
    const socket = dial(address, {
      open: () => {},
      // The welcome has come: the server has done all that it does for a new client.
      chunk: (buffer, start, end) => {
        walk.walk(buffer, start, end);
        if (walk.messages > 0) resolve(socket);
      },
      closed: (error) => reject(error ?? new Error('the server closed the connection')),
    });
  });
}

answerQuestions(async ({ connections, ...address }) => {
  if (connections === 0) {
    for (const socket of held) socket.destroy();
    held = [];
    return 0;
  }
  for (let first = 0; first < connections; first += DIALS_AT_ONCE) {
    const size = Math.min(DIALS_AT_ONCE, connections - first);
    held.push(...(await Promise.all(Array.from({ length: size }, () => hold(address)))));
  }
  return held.length;
});
