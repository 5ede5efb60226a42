/** A bare socket that makes a request by itself, and tells of what comes behind the head of its answer. */
import { createConnection } from 'node:net';

const READ_BYTES = 262_144;
// Data is used up before the callback returns, so all sockets of a process can read into one buffer.
const readBuffer = Buffer.allocUnsafe(READ_BYTES);

/**
 * A piece is gone when `chunk` returns.
 *
 * @typedef {object} Asked
 * @property {string} host
 * @property {number} port
 * @property {readonly string[]} request its lines
 * @property {(head: string) => boolean} isExpected
 *
 * @typedef {object} Listener
 * @property {() => void} open
 * @property {(buffer: Buffer, start: number, end: number) => void} chunk
 * @property {(error: Error | undefined) => void} closed
 *
 * @param {Asked} asked
 * @param {Listener} listener
 */
export function dialBare({ host, port, request, isExpected }, listener) {
  let head = '';
  let open = false;
  const socket = createConnection({
    host,
    port,
    noDelay: true,
    onread: {
      buffer: readBuffer,
      callback: (size) => {
        if (open) listener.chunk(readBuffer, 0, size);
        else greet(size);
        return true;
      },
    },
  });
  // A server may send its first messages in one packet with the answer: what follows the head is theirs.
  /** @param {number} size */
  function greet(size) {
    const text = readBuffer.toString('latin1', 0, size);
    const before = head.length;
    head += text;
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) return;
    if (!isExpected(head.slice(0, end))) {
      socket.destroy(new Error(`refused: ${head.slice(0, 200)}`));
      return;
    }
    open = true;
    listener.open();
    const start = end + 4 - before;
    if (start < size) listener.chunk(readBuffer, start, size);
  }
  socket.on('connect', () => socket.write(`${request.join('\r\n')}\r\n\r\n`));
  /** @type {Error | undefined} */
  let failure;
  socket.on('error', (error) => {
    failure = error;
  });
  socket.on('close', () => listener.closed(failure));
  return socket;
}
