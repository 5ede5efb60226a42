import { randomBytes } from 'node:crypto';

/** 32 hexadecimal digits that nobody else has, and nobody guesses. */
export function randomId(): string {
  return randomBytes(16).toString('hex');
}
