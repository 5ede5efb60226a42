/**
 * What the kernel and Node's sockets can do: answers a handshake, then writes ready-made buffers of whole frames,
 * about 64 KiB each, as fast as they are taken.
 */
import { createHash } from 'node:crypto';
import { createServer } from 'node:net';
import { endWithParent, tellPort } from '../questions.mjs';
import { readyMessages } from './ready-messages.mjs';

const BUFFER_BYTES = 65_536;
const WEBSOCKET_GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** @param {Buffer} payload */
function frame(payload) {
  const header =
    payload.length < 126 ? [0x81, payload.length] : [0x81, 126, payload.length >> 8, payload.length & 255];
  return Buffer.concat([Buffer.from(header), payload]);
}

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
    const key = /sec-websocket-key: (\S+)/i.exec(head.toString('latin1'))?.[1];
    const accept = createHash('sha1').update(`${key}${WEBSOCKET_GUID}`).digest('base64');
    const lines = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade'];
    socket.write(`${lines.join('\r\n')}\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`);
    fill();
  });
  socket.on('error', () => {}); // a client that has counted enough leaves
});

server.listen(0, '127.0.0.1', () => tellPort(server));
endWithParent();
