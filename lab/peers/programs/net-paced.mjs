/** What paced messages cost at the least with Node's sockets: one and the same ready frame, written to each when it is due. */
import { createServer } from 'node:net';
import { endWithParent, tellPort } from '../questions.mjs';
import { frame, handshake } from './bare-handshake.mjs';
import { readyMessages } from './ready-messages.mjs';
import { everyTick, rateOf } from './ticks.mjs';

const [ready] = readyMessages('users', 1).map(frame);

const server = createServer({ noDelay: true }, (socket) => {
  socket.once('data', (head) => {
    const request = head.toString('latin1');
    socket.write(handshake(request));
    const end = everyTick(rateOf(request.split(' ')[1]), () => socket.write(ready));
    socket.on('close', end);
  });
  socket.on('error', () => {});
});

server.listen(0, '127.0.0.1', () => tellPort(server));
endWithParent();
