/** Messages of `users`, made before anything is measured: sending them costs a peer nothing but sending. */
import { payloads } from '../../kit/truth.mjs';

const READY_MESSAGES = 16_384;

export function readyMessages(name = 'users', count = READY_MESSAGES) {
  return payloads(name, count);
}
