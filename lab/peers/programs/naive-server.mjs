/** A feed as a newcomer writes it with ws and faker: a record made, and sent as JSON, for each message. */
import { WebSocketServer } from 'ws';
import { endWithParent, tellPort } from '../questions.mjs';
import { fakerRecord } from './faker-record.mjs';

const LIMIT_BYTES = 1_048_576;

const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
server.on('listening', () => tellPort(server));
server.on('connection', (socket) => {
  let seq = 0;
  const send = (/** @type {(() => void) | undefined} */ sent = undefined) =>
    socket.send(JSON.stringify(fakerRecord(seq++)), sent);
  const fill = () => {
    if (socket.readyState !== socket.OPEN) return;
    // Little is sent in a turn, so that the socket is written to while the next records are made.
    for (let i = 0; i < 63 && socket.bufferedAmount < LIMIT_BYTES; i++) send();
    send(() => setImmediate(fill));
  };
  socket.on('error', () => {});
  fill();
});
endWithParent();
