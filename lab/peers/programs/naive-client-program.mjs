/** Clients of the ws package that take messages in blocks, time each block, and answer it with a sentence; they prove nothing. */
import { WebSocket } from 'ws';
import { answerQuestions } from '../questions.mjs';

/** @type {{ socket: WebSocket, messages: number }[]} */
let crowd = [];

/** @param {string} url @param {number} size of a block @param {number} number @returns {Promise<void>} */
function join(url, size, number) {
  return new Promise((resolve, reject) => {
    const client = { socket: new WebSocket(url, { perMessageDeflate: false }), messages: 0 };
    crowd.push(client);
    /** @type {string[]} */
    let block = [];
    let blocks = 0;
    let startMs = 0;
    client.socket.on('open', () => {
      startMs = performance.now();
      resolve();
    });
    client.socket.on('message', (data) => {
      client.messages++;
      block.push(String(data));
      if (block.length < size) return;
      const nowMs = performance.now();
      const bytes = block.reduce((sum, { length }) => sum + length, 0);
      const seconds = ((nowMs - startMs) / 1000).toFixed(3);
      client.socket.send(
        `client ${number}: block ${++blocks} took ${seconds} s (${size} messages, ${bytes} bytes)`,
      );
      startMs = nowMs;
      block = [];
    });
    client.socket.on('error', reject);
  });
}

/** Has so many come; none has all leave, and tells how many messages they got, at the least and at the most. */
answerQuestions(async ({ url, clients, block }) => {
  if (clients > 0) {
    for (let number = 0; number < clients; number++) await join(url, block, number);
    return {};
  }
  const counts = crowd.map(({ messages }) => messages);
  for (const { socket } of crowd) socket.terminate();
  crowd = [];
  return { least: Math.min(...counts), most: Math.max(...counts) };
});
