import { describe, expect, test } from 'vitest';
import { offeredStreams } from '../../../src/server/api/streams.ts';
import { parseStreamRequest } from '../../../src/session/stream-request.ts';
import { STREAM_KINDS } from '../../../src/stream/kinds/stream-kinds.ts';
import { SecretSeed } from '../../../src/stream/secret-seed.ts';
import { openStream } from '../../../src/stream/stream.ts';

const DEFAULTS = { seed: 3, secretSeed: undefined, ratePerSecond: 25 };
const { streams, request } = offeredStreams(DEFAULTS);

describe('what is offered', () => {
  test('is every kind', () => {
    expect(streams.map(({ kind }) => kind)).toEqual(STREAM_KINDS);
  });

  test.each(streams)('of $kind names the stream that is meant by the kind alone', ({ kind, name }) => {
    expect(name).toBe(openStream(kind, { defaultSeed: 3 }).name);
  });

  test.each(streams)(
    'of $kind lists each parameter of its name, with its default',
    ({ name, parameters }) => {
      const listed = parameters.map(({ name, default: fallback }) => [name, fallback]);
      expect(listed).toEqual([...new URLSearchParams(name.split('?')[1])]);
    },
  );

  test.each(streams)(
    'of $kind has an example that can be had, and is another stream',
    ({ example, name }) => {
      const { stream } = parseStreamRequest(example, DEFAULTS);
      expect(stream.message(0).length).toBeGreaterThan(0);
      expect(stream.name).not.toBe(name);
    },
  );

  test.each(streams.flatMap(({ kind, parameters }) => parameters.map((each) => ({ kind, ...each }))))(
    'of $kind says of $name what the server takes',
    ({ kind, name, choices = [], minimum, maximum }) => {
      for (const value of choices) {
        if (name !== 'dist') expect(() => openStream(`${kind}?${name}=${value}`)).not.toThrow();
      }
      for (const value of [minimum, maximum]) {
        if (value !== undefined) expect(() => openStream(`${kind}?${name}=${value}`)).not.toThrow();
      }
      if (minimum !== undefined) {
        expect(() => openStream(`${kind}?${name}=${minimum - 1}`)).toThrow(`${name} must be`);
      }
    },
  );

  test('has the parameters that go with every stream, and their defaults are those of who gives none', () => {
    const given = request.flatMap(({ name, default: fallback }) =>
      fallback === null ? [] : [`${name}=${fallback}`],
    );
    expect(request.map(({ name }) => name)).toEqual(['from', 'rate', 'profile', 'count', 'client', 'token']);
    const { stream: _, ...asGiven } = parseStreamRequest(`/users?${given.join('&')}`, {
      ...DEFAULTS,
      ratePerSecond: 1,
    });
    const { stream: __, ...asNone } = parseStreamRequest('/users', DEFAULTS);
    expect(asGiven).toEqual(asNone);
  });

  test('shows of a secret seed its name alone', () => {
    const secret = 'a secret that nobody may read';
    const said = JSON.stringify(
      offeredStreams({ ...DEFAULTS, secretSeed: new SecretSeed(new TextEncoder().encode(secret)) }),
    );
    expect(said).toMatch(/"users\?seed=secret:[0-9a-f]{16}"/);
    expect(said).not.toContain(secret);
  });
});
