import { parse, safeParse } from 'valibot';
import { describe, expect, test } from 'vitest';
import { CLIENT_MESSAGES, SERVER_MESSAGES } from '../../src/session/messages.ts';

const CASES = [
  {
    schema: SERVER_MESSAGES.welcome,
    message: {
      type: 'welcome',
      server: '0.1.0',
      client: 'alice',
      token: 'secret-1',
      stream: 'users?seed=7',
      stream_id: '0123456789abcdef',
      generator: 1,
      faker: '10.6.0',
      from: 0,
      rate: 0.2,
      profile: 'jitter:1',
      t0_ms: 1_780_000_000_000.25,
    },
    bad: {
      type: ['verified', 'Welcome'],
      stream_id: ['0123456789ABCDEF', '0123456789abcde', '0123456789abcdef0', '0123456789abcdef\n', 1],
      generator: [0, 1.5, '1'],
      from: [-1, 0.5, 2 ** 53, null],
      rate: [0, -1, 'fast', null],
      profile: [1, null],
      t0_ms: ['0', null],
    },
    good: {
      rate: ['max', 1e7],
      profile: ['constant', 'of later'],
      from: [Number.MAX_SAFE_INTEGER],
      t0_ms: [-0.5],
    },
    defaults: { profile: 'constant' },
  },
  {
    schema: SERVER_MESSAGES.verified,
    message: { type: 'verified', block: 1 },
    bad: { block: [0, -1, 1.5, '1', null, 2 ** 53] },
    good: { block: [Number.MAX_SAFE_INTEGER] },
    defaults: {},
  },
  {
    schema: SERVER_MESSAGES.verified,
    message: { type: 'verified', block: 1, sent_ms: [1_780_000_000_000.25, null] },
    bad: { sent_ms: [['0'], [undefined], 0, 'now', null] },
    good: { sent_ms: [[], [null], [-0.5]] },
    defaults: { sent_ms: undefined },
  },
  {
    schema: SERVER_MESSAGES.clock,
    message: { type: 'clock', t1_ms: 7.5, t2_ms: 1_780_000_000_000.25, t3_ms: 1_780_000_000_000.5 },
    bad: { t1_ms: ['0', null], t2_ms: [null], t3_ms: [[]] },
    good: { t1_ms: [-0.5] },
    defaults: {},
  },
  {
    schema: CLIENT_MESSAGES.clock_request,
    message: { type: 'clock_request', t1_ms: 7.5 },
    bad: { type: ['clock'], t1_ms: ['0', null, {}] },
    good: { t1_ms: [-0.5, 0] },
    defaults: {},
  },
  {
    schema: SERVER_MESSAGES.mismatch,
    message: {
      type: 'mismatch',
      block: 3,
      from: 10,
      to: 14,
      expected_crc32: '0123abcd',
      received_crc32: '00000000',
      reason: 'CRC-32 differs',
    },
    bad: {
      from: [-1],
      to: [0.5],
      expected_crc32: ['0123abc', '0123abcde', '0123ABCD', 0x0123abcd],
      received_crc32: ['', ' 0123abc'],
      reason: [null, 3],
    },
    good: { reason: [''] },
    defaults: {},
  },
  {
    schema: CLIENT_MESSAGES.receipt,
    message: {
      type: 'receipt',
      block: 3,
      from: 10,
      to: 14,
      count: 5,
      bytes: 1602,
      elapsed_ms: 401.213,
      crc32: '0123abcd',
      interrupted: false,
      text: 'Client alice received 3 block in 401.213 ms time',
    },
    bad: {
      block: [0],
      from: [-1, '10'],
      to: [-1],
      count: [0, 1_000_001, 1.5],
      bytes: [-1, 0.5],
      elapsed_ms: [-0.001, '1', null],
      crc32: ['0x123abc'],
      interrupted: [0, 'false', null],
      text: ['x'.repeat(1025), null],
    },
    good: { count: [1, 1_000_000], bytes: [0], elapsed_ms: [0], text: ['', 'x'.repeat(1024)] },
    defaults: {},
  },
] as const;

const variants = (message: object, values: Readonly<Record<string, readonly unknown[]>>) =>
  Object.entries(values).flatMap(([key, list]) => list.map((value) => ({ ...message, [key]: value })));

const without = (message: object, key: string) =>
  Object.fromEntries(Object.entries(message).filter(([name]) => name !== key));

describe.each(CASES)('$message.type', ({ schema, message, bad, good, defaults }) => {
  test('is taken as it should be', () => {
    for (const taken of [message, ...variants(message, good)]) expect(parse(schema, taken)).toEqual(taken);
  });

  test('needs every field', () => {
    for (const key of Object.keys(message).filter((name) => !(name in defaults))) {
      const less = without(message, key);
      expect(safeParse(schema, less).success, `without ${key}`).toBe(false);
    }
  });

  test.each(Object.entries(defaults))('without %s says %s', (key, value) => {
    expect(parse(schema, without(message, key))).toEqual({ ...message, [key]: value });
  });

  test('is refused with a wrong value', () => {
    for (const wrong of variants(message, bad)) {
      expect(safeParse(schema, wrong).success, JSON.stringify(wrong)).toBe(false);
    }
  });
});
