import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { bodyOnSocket, readBody } from '../../../src/server/request/body.ts';

/** A request whose body comes in these pieces. */
async function taken(mostBytes: number, pieces: readonly string[], declared?: string) {
  const message = new PassThrough();
  const told: (string | undefined)[] = [];
  readBody(message, declared, mostBytes, (body) => told.push(body?.toString()));
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
  expect(await taken(4, ['hello'], '5')).toEqual([undefined]);
  expect(await taken(5, ['hello'], '5')).toEqual(['hello']);
});

describe('a body beside an upgrade', () => {
  async function onSocket(headers: Record<string, string>, head: string, pieces: readonly string[]) {
    const socket = new PassThrough();
    const body = bodyOnSocket({ headers } as IncomingMessage, socket, Buffer.from(head), 8);
    for (const piece of pieces) socket.write(piece);
    return body === undefined ? undefined : Buffer.concat(await body.toArray()).toString();
  }

  test('is what its size says, and no more', async () => {
    expect(await onSocket({ 'content-length': '5' }, 'he', ['l', 'lo, and more', 'more'])).toBe('hello');
    expect(await onSocket({ 'content-length': '5' }, 'hello, and more', [])).toBe('hello');
    expect(await onSocket({}, 'more', [])).toBe('');
  });

  test('is kept up to a limit, whether or not anybody reads it', async () => {
    expect(await onSocket({ 'content-length': '1000000' }, '', ['01234567', '89'])).toBe('01234567');
  });

  test('is none without its size', async () => {
    expect(await onSocket({ 'transfer-encoding': 'chunked' }, '5', [])).toBeUndefined();
  });
});
