import type { IncomingMessage } from 'node:http';
import { type Duplex, PassThrough, type Readable } from 'node:stream';

/**
 * Reads the body of a request.
 *
 * @param declaredBytes the request's `Content-Length`, if it has one
 * @param taken called with the whole body, or with undefined if it is larger than `mostBytes`; never if the peer leaves first
 */
export function readBody(
  body: Readable,
  declaredBytes: string | undefined,
  mostBytes: number,
  taken: (body: Uint8Array | undefined) => void,
): void {
  if (Number(declaredBytes ?? 0) > mostBytes) return taken(undefined);
  const pieces: Buffer[] = [];
  let bytes = 0;
  const add = (piece: Buffer) => {
    bytes += piece.length;
    if (bytes <= mostBytes) {
      pieces.push(piece);
      return;
    }
    body.off('data', add).off('end', end);
    taken(undefined);
  };
  const end = () => taken(Buffer.concat(pieces));
  body.on('data', add).once('end', end);
}

/**
 * The body of a request that also asks for an upgrade. Node leaves it on the socket, for whatever protocol follows. Bytes beyond
 * `mostBytes` are discarded, since nobody may read them.
 *
 * @param head the part that has already been read
 * @returns undefined for a body that does not declare its size
 */
export function bodyOnSocket(
  { headers }: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  mostBytes: number,
): Readable | undefined {
  if (headers['transfer-encoding'] !== undefined) return undefined;
  const body = new PassThrough();
  let left = Math.min(Number(headers['content-length'] ?? 0), mostBytes);
  const add = (piece: Buffer) => {
    const part = piece.subarray(0, left);
    left -= part.length;
    body.write(part);
    if (left > 0) return;
    socket.off('data', add);
    body.end();
  };
  socket.on('data', add);
  add(head);
  return body;
}
