import { describe, expect, test } from 'vitest';
import {
  checkStreamUrl,
  parseStreamRequest,
  streamAddress,
  streamReference,
} from '../../src/session/stream-request.ts';
import { LAST_SEQ } from '../../src/stream/stream.ts';
import { StreamError } from '../../src/stream/stream-error.ts';

const parse = (target: string) => parseStreamRequest(target, { seed: 3, ratePerSecond: 10 });

/** Code and message of the refusal. */
function refusal(target: string): { code: string; message: string } {
  try {
    parse(target);
  } catch (error) {
    if (error instanceof StreamError) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error(`${target} was taken`);
}

describe('the stream', () => {
  test.each([
    ['/', 'users?seed=3'],
    ['/?seed=7', 'users?seed=7'],
    ['/users', 'users?seed=3'],
    ['/users?', 'users?seed=3'],
    ['/users?rate=5&seed=7&client=alice', 'users?seed=7'],
    ['/bytes?size=1024', 'bytes?size=1024&seed=3'],
    ['/bytes?seed=1&size=1024', 'bytes?size=1024&seed=1'],
  ])('%s is %s', (target, name) => {
    expect(parse(target).stream.name).toBe(name);
  });

  test.each(['/nothing', '/Users', '/users/', '//users', '/users/7', '/constructor', '/__proto__', ''])(
    '%j is unknown',
    (target) => {
      const kind = JSON.stringify(target.slice(1));
      const message = `no stream ${kind}: the streams are users, arrays, bytes`;
      expect(refusal(target)).toEqual({ code: 'unknown_stream', message });
    },
  );

  test('an unknown parameter is refused with those that there are', () => {
    expect(refusal('/users?sed=7')).toEqual({
      code: 'unknown_parameter',
      message: 'unknown parameter "sed": users here takes seed, from, rate, profile, count, client, token',
    });
  });

  test.each(['/users?seed=x', '/bytes?size=1', '/users?seed=1&seed=2'])('%s is a bad parameter', (target) => {
    expect(refusal(target).code).toBe('bad_parameter');
  });
});

describe('the delivery', () => {
  test('has defaults', () => {
    expect(parse('/')).toMatchObject({
      from: 0,
      live: false,
      ratePerSecond: 10,
      profile: { kind: 'constant' },
      count: undefined,
      client: undefined,
      token: undefined,
    });
  });

  test('takes everything at once', () => {
    expect(parse('/users?from=5&rate=1/10s&count=1000&client=alice&token=01234567')).toMatchObject({
      from: 5,
      live: false,
      ratePerSecond: 0.1,
      count: 1000,
      client: 'alice',
      token: '01234567',
    });
  });

  test.each([
    ['0', { from: 0, live: false }],
    [String(LAST_SEQ), { from: LAST_SEQ, live: false }],
    ['live', { from: undefined, live: true }],
    ['live:0', { from: 0, live: true }],
    ['live:12', { from: 12, live: true }],
  ])('from=%s', (from, expected) => {
    expect(parse(`/?from=${from}`)).toMatchObject(expected);
  });

  test.each([
    '',
    '-1',
    '1.5',
    '01',
    '1e3',
    'LIVE',
    'live:',
    'live:-1',
    'live:01',
    'alive',
    '9007199254740992',
  ])('from=%s is refused', (from) => {
    expect(refusal(`/?from=${from}`)).toEqual({
      code: 'bad_parameter',
      message: `from must be a seq from 0 to 9007199254740991, live, or live:SEQ, got "${from}"`,
    });
  });

  test.each([
    ['0.2', 0.2],
    ['max', Number.POSITIVE_INFINITY],
  ])('rate=%s', (rate, ratePerSecond) => {
    expect(parse(`/?rate=${rate}`).ratePerSecond).toBe(ratePerSecond);
  });

  test('a bad rate is refused', () => {
    expect(refusal('/?rate=fast').message).toBe(
      'rate must be messages a second such as 10, 0.2, 5k or 1/10s (at most 10000k), or max, got "fast"',
    );
  });

  test.each([
    ['profile=jitter', { kind: 'jitter', share: 1 }, 10],
    ['profile=burst:5&rate=2', { kind: 'burst', size: 5 }, 2],
    ['profile=sine:0.5/1m&from=live', { kind: 'sine', share: 0.5, periodSeconds: 60 }, 10],
    ['profile=sine:1/200ms', { kind: 'sine', share: 1, periodSeconds: 0.2 }, 10],
    [
      'profile=ramp:1-50/10s&from=7',
      { kind: 'ramp', fromPerSecond: 1, toPerSecond: 50, periodSeconds: 10 },
      50,
    ],
    ['profile=constant&rate=max', { kind: 'constant' }, Number.POSITIVE_INFINITY],
  ])('%s', (query, profile, ratePerSecond) => {
    expect(parse(`/?${query}`)).toMatchObject({ profile, ratePerSecond });
  });

  test.each([
    [
      'profile=wild',
      'profile must be constant, jitter, jitter:F, burst:N, ramp:A-B/PERIOD or sine:F/PERIOD, got "wild"',
    ],
    ['profile=burst:0', 'profile must be burst:N with N messages from 1 to 1000000, got "burst:0"'],
    ['profile=ramp:1-50/10s&rate=5', 'rate must be left out with a ramp, which says its own rates, got "5"'],
    [
      'profile=ramp:1-50/10s&rate=max',
      'rate must be left out with a ramp, which says its own rates, got "max"',
    ],
    [
      'profile=ramp:1-50/10s&from=live:5',
      'from must be a seq with a ramp, since the live schedule began in the past, got "live:5"',
    ],
    ['profile=jitter&rate=max', 'rate must be a number with profile=jitter, got "max"'],
    ['profile=burst:5&rate=max', 'rate must be a number with profile=burst, got "max"'],
    ['profile=sine:1/5s&rate=max', 'rate must be a number with profile=sine, got "max"'],
    [
      'profile=sine:1/199ms',
      'profile must be a sine with 2 messages or more a period at this rate, got "sine:1/199ms"',
    ],
  ])('%s is refused', (query, message) => {
    expect(refusal(`/?${query}`)).toEqual({ code: 'bad_parameter', message });
  });

  test('a ramp has no use for the rate of the server; the other profiles need a number', () => {
    const unlimited = { seed: 1, ratePerSecond: Number.POSITIVE_INFINITY };
    expect(parseStreamRequest('/?profile=ramp:1-50/10s', unlimited).ratePerSecond).toBe(50);
    expect(() => parseStreamRequest('/?profile=jitter', unlimited)).toThrow(
      'rate must be a number with profile=jitter, got "max"',
    );
  });

  test.each(['live', 'live:5'])('from=%s needs a rate that is a number', (from) => {
    expect(refusal(`/?from=${from}&rate=max`)).toEqual({
      code: 'bad_parameter',
      message: 'rate must be a number with from=live, got "max"',
    });
    const unlimited = { seed: 1, ratePerSecond: Number.POSITIVE_INFINITY };
    expect(() => parseStreamRequest(`/?from=${from}`, unlimited)).toThrow('rate must be a number');
  });

  test.each([
    ['count=0', 0],
    ['count=9007199254740991', LAST_SEQ],
    ['count=1&from=9007199254740991', 1],
    ['count=5&from=live', 5],
  ])('%s', (query, count) => {
    expect(parse(`/?${query}`).count).toBe(count);
  });

  test.each([
    ['count=', LAST_SEQ, ''],
    ['count=-1', LAST_SEQ, '-1'],
    ['count=1.5', LAST_SEQ, '1.5'],
    ['count=9007199254740992', LAST_SEQ, '9007199254740992'],
    ['count=3&from=9007199254740990', 2, '3'],
  ])('%s is refused', (query, most, came) => {
    expect(refusal(`/?${query}`)).toEqual({
      code: 'bad_parameter',
      message: `count must be a number of messages from 0 to ${most}, got "${came}"`,
    });
  });

  test('a name is checked', () => {
    expect(parse('/?client=Zo%C3%AB').client).toBe('Zoë');
    expect(refusal('/?client=a%1b[31m')).toEqual({
      code: 'bad_parameter',
      message: 'client must be 1 to 64 letters, digits or ._@-, got "a\\u001b[31m"',
    });
  });

  test.each(['01234567', 'aA_-'.repeat(32)])('token=%s', (token) => {
    expect(parse(`/?token=${token}`).token).toBe(token);
  });

  test.each(['', '0123456', 'a'.repeat(129), 'secret key', 'schlüssel'])(
    'token=%j is refused, and is not in the sentence',
    (token) => {
      expect(refusal(`/?token=${encodeURIComponent(token)}`)).toEqual({
        code: 'bad_parameter',
        message: 'token must be 8 to 128 letters, digits, _ or -',
      });
    },
  );

  test.each(['from', 'rate', 'profile', 'count', 'client'])('%s twice is refused', (name) => {
    expect(refusal(`/?${name}=1&${name}=2`)).toEqual({
      code: 'bad_parameter',
      message: `${name} must be given once, got "1 and 2"`,
    });
  });
});

test('a token given twice is refused, and not shown', () => {
  const { message } = refusal('/?token=secret-one&token=secret-two') as { message: string };
  expect(message).toBe('token must be given once, got "2 of them"');
});

describe('a stream that is named beside a connection', () => {
  test.each([
    ['users?seed=7', { name: 'users?seed=7' }],
    ['/users?seed=7', { name: 'users?seed=7' }],
    ['/', { name: 'users' }],
    ['ws://user:secret-1@127.0.0.1:8000/users?seed=7&rate=max&client=a', { name: 'users?seed=7' }],
    ['wss://host/base/path/bytes?size=99&from=5&count=10', { name: 'bytes?size=99', from: 5, count: 10 }],
    ['http://host', { name: 'users' }],
    ['users?count=3', { name: 'users', count: 3 }],
    ['users?from=live', { name: 'users', from: 'live' }],
    ['users?from=live:7', { name: 'users', from: 7 }],
  ])('%s', (text, { name, ...due }) => {
    expect(streamReference(text)).toEqual({ name, from: undefined, count: undefined, ...due });
  });

  test.each([
    'users?from=x',
    'users?count=-1',
    '/users?from=1&from=2',
    'users?from=9007199254740991&count=2',
  ])('is refused: %s', (text) => {
    expect(() => streamReference(text)).toThrow(StreamError);
  });
});

test.each([
  ['ws://host', '', 'users', false],
  ['ws://host/?seed=7&rate=max', '', 'users?seed=7', false],
  ['ws://host/users?seed=7', '', 'users?seed=7', true],
  ['ws://host/feeds', '/feeds', 'users', false],
  ['ws://host/feeds/?seed=7', '/feeds', 'users?seed=7', false],
  ['ws://host/feeds/users', '/feeds', 'users', true],
  ['wss://host/a/b/arrays?shape=2&count=5', '/a/b', 'arrays?shape=2', true],
])('%s leads to the base path "%s" and %s', (url, basePath, stream, named) => {
  expect(streamAddress(url)).toEqual({ basePath, stream, named });
});

describe('a URL is refused before it is dialled', () => {
  test.each([
    ['ws://h/users?seed=-1', 'seed must be an integer from 0 to 9007199254740991, got "-1"'],
    ['ws://h/?seed=x', 'seed must be an integer from 0 to 9007199254740991, got "x"'],
    ['ws://h/feeds/bytes?size=0', 'size must be an integer from 35 to'],
    ['wss://h/arrays?dtype=complex', 'dtype must be one of'],
    ['ws://h/users?rate=0&depth=3', 'rate must be messages a second'],
    ['ws://h/users?from=-1', 'from must be a seq'],
    ['ws://h/users?from=live&rate=max', 'rate must be a number with from=live'],
    ['ws://h/users?profile=burst:0', 'profile must be'],
    ['ws://h/users?count=many', 'count must be a number of messages'],
    ['ws://h/users?rate=1&rate=2', 'rate must be given once'],
  ])('%s: %s', (url, told) => {
    expect(() => checkStreamUrl(url)).toThrow(StreamError);
    expect(() => checkStreamUrl(url)).toThrow(told);
  });

  test.each([
    'ws://h/users?seed=7&from=live&rate=0.5',
    'ws://h/orders?seed=-1', // a kind of a newer server
    'ws://h/feeds?rate=often', // which may be any server's
    'ws://h/users?depth=3', // a parameter of a newer server
    'ws://h/users?seed=secret:0123456789abcdef',
    'ws://h/users?profile=sine:0.5/1ms', // the rate that the server takes then may go with it
    'ws://h/users?client=alice&token=x', // which the client replaces
  ])('unless a server may take it: %s', (url) => {
    expect(() => checkStreamUrl(url)).not.toThrow();
  });
});
