import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { readBody } from '../../src/server/body.ts';

/** A request whose body comes in these pieces. */
async function taken(mostBytes: number, pieces: readonly string[], headers: Record<string, string> = {}) {
  const message = Object.assign(new PassThrough(), { headers });
  const told: (string | undefined)[] = [];
  readBody(message as unknown as IncomingMessage, mostBytes, (body) => told.push(body?.toString()));
  for (const piece of pieces) {
    message.write(piece);
    await new Promise(setImmediate);
  }
  message.end();
  message.resume();
  await new Promise((resolve) => message.once('close', resolve));
  return told;
}

test('a body is read whole', async () => {
  expect(await taken(5, ['he', 'l', 'lo'])).toEqual(['hello']);
  expect(await taken(5, [])).toEqual(['']);
});

test('one that is too large is told once, as soon as it shows', async () => {
  expect(await taken(4, ['he', 'l', 'lo', 'more'])).toEqual([undefined]);
});

test('one that says so itself is not read at all', async () => {
  expect(await taken(4, ['hello'], { 'content-length': '5' })).toEqual([undefined]);
  expect(await taken(5, ['hello'], { 'content-length': '5' })).toEqual(['hello']);
});
