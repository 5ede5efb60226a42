/** The same with `ws`: one `send` of a ready buffer when it is due. */
import { WebSocketServer } from 'ws';
import { endWithParent, tellPort } from '../questions.mjs';
import { readyMessages } from './ready-messages.mjs';
import { everyTick, rateOf } from './ticks.mjs';

const [ready] = readyMessages('users', 1);

const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
server.on('listening', () => tellPort(server));
server.on('connection', (socket, { url }) => {
  const end = everyTick(rateOf(url), () => socket.send(ready, { binary: false }));
  socket.on('close', end);
  socket.on('error', () => {});
});
endWithParent();
