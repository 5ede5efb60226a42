import { Duplex } from 'node:stream';
import { expect, test } from 'vitest';
import { PipeChannel } from '../../src/workers/channel.ts';

/** A pipe whose other end is a list of what was written. */
function pipe() {
  const written: Buffer[] = [];
  const duplex = new Duplex({
    read() {},
    write(chunk: Buffer, _, done) {
      written.push(chunk);
      done();
    },
  });
  return { duplex, written };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('messages arrive as they were, in order, however they are cut up', async () => {
  const near = pipe();
  const channel = new PipeChannel<never, unknown>(near.duplex);
  const messages = [{ rate: Number.POSITIVE_INFINITY }, 'x'.repeat(100_000), new Uint8Array([1, 2]), 7];
  for (const message of messages) channel.send(message);
  await turn();
  channel.send('later');
  await turn();
  const bytes = Buffer.concat(near.written);
  for (const size of [1, 3, 1000, bytes.length]) {
    const far = pipe();
    const received: unknown[] = [];
    new PipeChannel<unknown, never>(far.duplex).listen(
      (message) => received.push(message),
      () => {},
    );
    for (let at = 0; at < bytes.length; at += size) far.duplex.push(bytes.subarray(at, at + size));
    await expect.poll(() => received).toEqual([...messages, 'later']);
  }
});

test('all messages of a turn are written together', async () => {
  const { duplex, written } = pipe();
  const channel = new PipeChannel<never, number>(duplex);
  for (let i = 0; i < 100; i++) channel.send(i);
  await turn();
  expect(written.length).toBeLessThanOrEqual(2);
});

test('its end is told once, and nothing is written after it', async () => {
  const { duplex, written } = pipe();
  const channel = new PipeChannel<never, number>(duplex);
  let ends = 0;
  channel.listen(
    () => {},
    () => {
      ends++;
    },
  );
  duplex.destroy();
  await expect.poll(() => ends).toBe(1);
  channel.send(1);
  await turn();
  expect([ends, written]).toEqual([1, []]);
});
