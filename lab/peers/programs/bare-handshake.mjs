/** A WebSocket server's part of the handshake, and its frames, for servers that are bare sockets. */
import { createHash } from 'node:crypto';

const WEBSOCKET_GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** The answer to a request. @param {string} request */
export function handshake(request) {
  const key = /sec-websocket-key: (\S+)/i.exec(request)?.[1];
  const accept = createHash('sha1').update(`${key}${WEBSOCKET_GUID}`).digest('base64');
  const lines = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade'];
  return `${lines.join('\r\n')}\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`;
}

/** @param {Buffer} payload */
export function frame(payload) {
  const header =
    payload.length < 126 ? [0x81, payload.length] : [0x81, 126, payload.length >> 8, payload.length & 255];
  return Buffer.concat([Buffer.from(header), payload]);
}
