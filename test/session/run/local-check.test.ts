import { describe, expect, test } from 'vitest';
import { MessageBatch } from '../../../src/measure/message-batch.ts';
import type { Welcome } from '../../../src/session/messages.ts';
import { LocalCheck } from '../../../src/session/run/local-check.ts';
import { SecretSeed } from '../../../src/stream/secret-seed.ts';
import { openStream, type Stream } from '../../../src/stream/stream.ts';

const SECRET = new SecretSeed(new TextEncoder().encode('a secret of 24 bytes now'));

function welcomeTo({ name, id }: Stream): Welcome {
  return {
    ...{ type: 'welcome', server: '0.1.0', client: 'alice', token: 't', stream: name, stream_id: id },
    ...{ generator: 1, faker: '10.6.0', from: 0, rate: 'max', profile: 'constant', t0_ms: 0 },
  };
}

const batchOf = (stream: Stream, seq: number) => MessageBatch.of(stream.message(seq), stream.text);

describe('a check of what comes, by the client itself', () => {
  test.each<[string, SecretSeed | undefined, Stream]>([
    ['with the seed of the server', undefined, openStream('users?seed=9')],
    ['with a secret seed', SECRET, openStream('users', { secretSeed: SECRET })],
  ])('%s finds what is right right, and nothing else', (_, secret, stream) => {
    const check = new LocalCheck('users', secret);
    expect(check.begin(welcomeTo(stream))).toBeUndefined();
    check.check(batchOf(stream, 5), 0, 1, 5);
    expect([check.corrupt, check.takeFound()]).toEqual([0, []]);
    check.check(batchOf(stream, 5), 0, 1, 6);
    expect(check.corrupt).toBe(1);
    expect(check.takeFound()).toMatchObject([{ seq: 6, difference: { field: 'seq', expected: '6' } }]);
  });

  test('says what a server sends instead', () => {
    const stream = openStream('users?seed=9');
    expect(new LocalCheck('users?seed=8').begin(welcomeTo(stream))).toMatch(
      /^the server sends users\?seed=9, id [0-9a-f]{16}, where users\?seed=8, id /,
    );
    expect(new LocalCheck('users', SECRET).begin(welcomeTo(stream))).toMatch(
      /^the server sends users\?seed=9, .* where users\?seed=secret:/,
    );
  });

  test('needs a stream that there is', () => {
    expect(() => new LocalCheck('people')).toThrow(/people/);
  });
});
