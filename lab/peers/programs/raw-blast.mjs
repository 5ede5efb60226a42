/**
 * What the kernel and Node's sockets can do: answers a handshake, then writes ready-made buffers of whole frames,
 * about 64 KiB each, as fast as they are taken.
 */
import { createServer } from 'node:net';
import { endWithParent, tellPort } from '../questions.mjs';
import { frame, handshake } from './bare-handshake.mjs';
import { readyMessages } from './ready-messages.mjs';

const BUFFER_BYTES = 65_536;
/** @param {readonly Buffer[]} frames */
function buffersOf(frames) {
  const buffers = [];
  /** @type {Buffer[]} */
  let part = [];
  let sizeBytes = 0;
  for (const each of frames) {
    if (sizeBytes + each.length > BUFFER_BYTES) {
      buffers.push(Buffer.concat(part));
      part = [];
      sizeBytes = 0;
    }
    part.push(each);
    sizeBytes += each.length;
  }
  return [...buffers, Buffer.concat(part)];
}

const buffers = buffersOf(readyMessages().map(frame));

const server = createServer({ noDelay: true }, (socket) => {
  let next = 0;
  const fill = () => {
    // A turn ends now and then, so that the end of the connection is heard of.
    for (let i = 0; i < 64; i++) {
      const buffer = buffers[next];
      next = (next + 1) % buffers.length;
      if (!socket.write(buffer)) {
        socket.once('drain', fill);
        return;
      }
    }
    if (!socket.destroyed) setImmediate(fill);
  };
  socket.once('data', (head) => {
    socket.write(handshake(head.toString('latin1')));
    fill();
  });
  socket.on('error', () => {}); // a client that has counted enough leaves
});

server.listen(0, '127.0.0.1', () => tellPort(server));
endWithParent();
