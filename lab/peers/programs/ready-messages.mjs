/** Messages of `users`, made before anything is measured: sending them costs a peer nothing but sending. */
import { openStream } from '../tidemark.mjs';

const READY_MESSAGES = 16_384;

export function readyMessages(name = 'users', count = READY_MESSAGES) {
  const stream = openStream(name);
  return Array.from({ length: count }, (_, seq) => Buffer.from(stream.message(seq)));
}
