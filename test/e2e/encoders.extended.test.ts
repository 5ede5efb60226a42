import { crc32 } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { connect } from '../../src/client/connect.ts';
import { crc32Hex } from '../../src/stream/digest.ts';
import { openStream } from '../../src/stream/stream.ts';

// The threads run the built code, as they do for users.
const built = new URL('../../dist/index.js', import.meta.url).href;
const { serve }: typeof import('../../src/index.ts') = await import(built);

let close = async () => {};
afterEach(() => close());

describe('encoders', () => {
  test.each([0, 1, 3])('with %i of them, fast clients get the same stream', async (encoders) => {
    const server = await serve({ port: 0, encoders });
    close = () => server.close();
    const runs = ['a', 'b', 'c'].map((client) =>
      connect(`${server.url}/users?seed=7&rate=max`, { client, block: 1000, count: 100_000 }),
    );
    const digests = await Promise.all(
      runs.map(async (run) => {
        const crcs: string[] = [];
        for await (const { crc32 } of run) crcs.push(crc32Hex(crc32));
        expect((await run.closed).verdict).toBe('proved');
        return crcs;
      }),
    );
    const { bytes } = openStream('users?seed=7').digested(0, 1000);
    for (const crcsOfClient of digests) {
      expect(crcsOfClient).toHaveLength(100);
      expect(crcsOfClient[0]).toBe(crc32Hex(crc32(bytes)));
      expect(crcsOfClient).toEqual(digests[0]);
    }
  });

  test.each([0, 1])(
    'with %i of them, memory that a stalled client waits for is not used again',
    async (encoders) => {
      const server = await serve({ port: 0, encoders });
      close = () => server.close();
      const url = `${server.url}/users?rate=max`;
      const stalled = connect(`${url}&seed=1`, { client: 'stalled', block: 1000, count: 100_000 });
      const blocks = stalled[Symbol.asyncIterator]();
      await blocks.next();
      // More than the cache holds goes by while nobody takes the stalled client's blocks.
      const fast = await connect(`${url}&seed=2`, { client: 'fast', block: 1000, count: 400_000 }).start()
        .closed;
      expect(fast).toMatchObject({ verdict: 'proved', messages: 400_000 });
      for (let next = await blocks.next(); next.done !== true; ) next = await blocks.next();
      expect(await stalled.closed).toMatchObject({ verdict: 'proved', messages: 100_000 });
    },
  );

  test('a number that is out of bounds is refused', async () => {
    await expect(serve({ port: 0, encoders: 65 })).rejects.toThrow(
      'encoders must be an integer from 0 to 64, got "65"',
    );
  });
});
