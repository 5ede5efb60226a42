/**
 * Takes streams over HTTP, one response after the other for a while, and counts their bytes: what they should be is known. The
 * beginning and the end of each body are kept, so that its first and last message can be checked.
 */
import { ChunkWalk, getBare } from '../chunks.mjs';
import { answerQuestions } from '../questions.mjs';

/** @typedef {import('../chunks.mjs').Address & { accept: string, measureMs: number }} Question */

/** @param {Question} question @returns {Promise<import('../chunks.mjs').Body>} */
function take(question) {
  return new Promise((resolve, reject) => {
    const walk = new ChunkWalk();
    const socket = getBare(question, {
      chunk: (buffer, start, end) => {
        try {
          walk.walk(buffer, start, end);
        } catch (error) {
          socket.destroy(/** @type {Error} */ (error));
          return;
        }
        if (!walk.done) return;
        socket.destroy();
        resolve(walk.body);
      },
      closed: (error) => reject(error ?? new Error('the server closed the connection in a body')),
    });
  });
}

/** @param {Question} question */
async function takeForAWhile(question) {
  /** @type {import('../chunks.mjs').Body[]} */
  const bodies = [];
  const beganMs = performance.now();
  while (performance.now() - beganMs < question.measureMs) bodies.push(await take(question));
  return { bodies, seconds: (performance.now() - beganMs) / 1000 };
}

answerQuestions(takeForAWhile);
