import { describe, expect, test } from 'vitest';
import { AllowedTargets } from '../../../src/bench/agents/allowed-targets.ts';
import { UsageError } from '../../../src/wording/usage-error.ts';

describe('an agent sends its clients', () => {
  test.each([
    [undefined, 'ws://127.0.0.1:8000/users', true],
    [undefined, 'ws://localhost:8000', true],
    [undefined, 'ws://[::1]:8000', true],
    [undefined, 'ws://10.0.0.5:8000', false],
    [undefined, 'ws://localhost.example.org', false],
    [undefined, 'ws://127.0.0.1.example.org', false],
    [['feed.example.org'], 'wss://FEED.example.org:8443/users', true],
    [['feed.example.org'], 'wss://feed.example.org.evil.org', false],
    [['feed.example.org'], 'wss://feed.example.org@evil.org', false],
    [['feed.example.org'], 'ws://127.0.0.1:8000', false],
    [['feed.example.org:443'], 'wss://feed.example.org', true],
    [['feed.example.org:443'], 'ws://feed.example.org', false],
    [['10.0.0.5:8000', '10.0.0.6'], 'ws://10.0.0.6:1', true],
    [['10.0.0.5:8000'], 'ws://10.0.0.5:8001', false],
    [['[::1]:8000'], 'ws://[::1]:8000', true],
    [['*'], 'ws://anything.example.org', true],
    [['*'], 'http://anything.example.org', false],
    [['*'], 'ws//', false],
    [[], 'ws://127.0.0.1:8000', false],
  ])('that has --allow-target %j, to %s: %s', (allowed, url, isAllowed) => {
    const refusal = new AllowedTargets(allowed).refusal(url);
    expect(refusal === undefined).toBe(isAllowed);
    if (refusal !== undefined)
      expect(refusal).toMatch(/^(its operator (lets|does not let) it|the server has no ws:)/);
  });

  test.each(['', 'a/b', 'ws://a', 'a b', 'u@a', 'a:', 'a:x', 'a:123456'])(
    'a target can not be "%s"',
    (text) => {
      expect(() => new AllowedTargets([text])).toThrow(UsageError);
    },
  );
});
