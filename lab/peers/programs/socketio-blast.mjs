/** Socket.IO over WebSocket only, one emit of a ready string a message, while few are queued. */
import { createServer } from 'node:http';
import { Server } from 'socket.io';
import { endWithParent, tellPort } from '../questions.mjs';
import { readyMessages } from './ready-messages.mjs';

const QUEUED_MESSAGES = 1024;

const messages = readyMessages().map(String);
const http = createServer();
const server = new Server(http, { transports: ['websocket'] });
server.on('connection', (/** @type {any} */ socket) => {
  let next = 0;
  const { conn } = socket;
  // Socket.IO has no backpressure of its own: its engine tells when its queue has gone to the transport.
  const fill = () => {
    while (socket.connected && conn.writeBuffer.length < QUEUED_MESSAGES) {
      socket.emit('message', messages[next]);
      next = (next + 1) % messages.length;
    }
  };
  conn.on('drain', () => setImmediate(fill));
  fill();
});
http.listen(0, '127.0.0.1', () => tellPort(http));
endWithParent();
