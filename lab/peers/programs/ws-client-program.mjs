/** A client of the ws package that only counts: connection after connection, or a part of one. */
import { WebSocket } from 'ws';
import { answerQuestions } from '../questions.mjs';

/** From the dial on, to the message that makes it `count`, as Tidemark's own runs are timed. @param {string} url @param {number} count @returns {Promise<number>} */
function take(url, count) {
  return new Promise((resolve, reject) => {
    const startMs = performance.now();
    let left = count;
    const socket = new WebSocket(url, { perMessageDeflate: false });
    socket.on('message', () => {
      left--;
      if (left > 0) return;
      if (left === 0) resolve(performance.now() - startMs);
      socket.terminate();
    });
    socket.on('error', reject);
    socket.on('close', () => {
      if (left > 0) reject(new Error(`the connection ended with ${left} messages missing`));
    });
  });
}

answerQuestions(async ({ url, count, measureMs }) => {
  let elapsedMs = 0;
  let messages = 0;
  while (elapsedMs < measureMs) {
    elapsedMs += await take(url, count);
    messages += count;
  }
  return (messages * 1000) / elapsedMs;
});
