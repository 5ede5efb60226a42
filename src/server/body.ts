import type { IncomingMessage } from 'node:http';

/**
 * Reads the body of a request.
 *
 * @param taken called once it is there, with undefined if it is larger; not if the peer has gone before
 */
export function readBody(
  message: IncomingMessage,
  mostBytes: number,
  taken: (body: Uint8Array | undefined) => void,
): void {
  if (Number(message.headers['content-length'] ?? 0) > mostBytes) return taken(undefined);
  const pieces: Buffer[] = [];
  let bytes = 0;
  const add = (piece: Buffer) => {
    bytes += piece.length;
    if (bytes <= mostBytes) {
      pieces.push(piece);
      return;
    }
    message.off('data', add).off('end', end);
    taken(undefined);
  };
  const end = () => taken(Buffer.concat(pieces));
  message.on('data', add).once('end', end);
}
