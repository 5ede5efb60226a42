/** The ws package, one send a message, as long as little is buffered; the callback of the last one goes on. */
import { WebSocketServer } from 'ws';
import { endWithParent, tellPort } from '../questions.mjs';
import { readyMessages } from './ready-messages.mjs';

const LIMIT_BYTES = 1_048_576;
/** A client that always keeps up must not hold the event loop for good. */
const MESSAGES_A_TURN = 2048;

// Ready bytes: strings, as a program has them that sends JSON, are no faster here.
const messages = readyMessages();

const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
server.on('listening', () => tellPort(server));
server.on('connection', (socket) => {
  let next = 0;
  const send = (/** @type {(() => void) | undefined} */ sent = undefined) => {
    socket.send(messages[next], { binary: false }, sent);
    next = (next + 1) % messages.length;
  };
  const fill = () => {
    if (socket.readyState !== socket.OPEN) return;
    for (let i = 1; i < MESSAGES_A_TURN && socket.bufferedAmount <= LIMIT_BYTES; i++) send();
    send(() => setImmediate(fill));
  };
  socket.on('error', () => {});
  fill();
});
endWithParent();
