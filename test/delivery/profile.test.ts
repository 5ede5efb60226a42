import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseProfile, profileText } from '../../src/delivery/profile.ts';
import { LIMITS } from '../../src/session/limits.ts';

test.each([
  ['constant', { kind: 'constant' }, 'constant'],
  ['jitter', { kind: 'jitter', share: 1 }, 'jitter:1'],
  ['jitter:0.50', { kind: 'jitter', share: 0.5 }, 'jitter:0.5'],
  ['jitter:0.000001', { kind: 'jitter', share: 0.000001 }, 'jitter:0.000001'],
  ['burst:1', { kind: 'burst', size: 1 }, 'burst:1'],
  ['burst:1000000', { kind: 'burst', size: 1_000_000 }, 'burst:1000000'],
  [
    'ramp:10-1000/60s',
    { kind: 'ramp', fromPerSecond: 10, toPerSecond: 1000, periodSeconds: 60 },
    'ramp:10-1000/60s',
  ],
  [
    'ramp:1.5k-0.5/2m',
    { kind: 'ramp', fromPerSecond: 1500, toPerSecond: 0.5, periodSeconds: 120 },
    'ramp:1500-0.5/120s',
  ],
  [
    'ramp:10000k-10000000/10000h',
    { kind: 'ramp', fromPerSecond: 1e7, toPerSecond: 1e7, periodSeconds: 36_000_000 },
    'ramp:10000000-10000000/36000000s',
  ],
  ['sine:0.5/60s', { kind: 'sine', share: 0.5, periodSeconds: 60 }, 'sine:0.5/60s'],
  ['sine:1/1.5min', { kind: 'sine', share: 1, periodSeconds: 90 }, 'sine:1/90s'],
  ['sine:1/500ms', { kind: 'sine', share: 1, periodSeconds: 0.5 }, 'sine:1/0.5s'],
])('%s', (text, profile, canonical) => {
  expect(parseProfile(text)).toEqual(profile);
  expect(profileText(parseProfile(text))).toBe(canonical);
});

test('the canonical form says the same profile, and is its own canonical form', () => {
  const number = (most: number) =>
    fc.double({ min: 0.001, max: most, noNaN: true }).map((value) => value.toFixed(6));
  const unit = fc.constantFrom('ms', 's', 'm', 'min');
  const period = fc.tuple(fc.double({ min: 1, max: 1e5, noNaN: true }), unit).map((parts) => parts.join(''));
  const texts = fc.oneof(
    number(1).map((share) => `jitter:${share}`),
    fc.integer({ min: 1, max: 1e6 }).map((size) => `burst:${size}`),
    fc.tuple(number(1e7), number(1e4), period).map(([from, to, over]) => `ramp:${from}-${to}k/${over}`),
    fc.tuple(number(1), period).map(([share, over]) => `sine:${share}/${over}`),
  );
  fc.assert(
    fc.property(texts, (text) => {
      const canonical = profileText(parseProfile(text));
      expect(parseProfile(canonical)).toEqual(parseProfile(text));
      expect(profileText(parseProfile(canonical))).toBe(canonical);
    }),
  );
});

const JITTER = 'jitter or jitter:F with F from 0.000001 to 1';
const BURST = 'burst:N with N messages from 1 to 1000000';
const RAMP = 'ramp:A-B/PERIOD as in ramp:10-1k/60s (rates to 10000k, 1ms to 10000h)';
const SINE = 'sine:F/PERIOD as in sine:0.5/60s (F to 1, 1ms to 10000h)';
const ANY = 'constant, jitter, jitter:F, burst:N, ramp:A-B/PERIOD or sine:F/PERIOD';

test.each(['wild', 'jitter:', 'burst:', 'ramp:', 'sine:'])(
  'the refusal of a long %s fits a close frame',
  (text) => {
    try {
      parseProfile(text.padEnd(60, 'x'));
    } catch (error) {
      expect(Buffer.byteLength((error as Error).message)).toBeLessThanOrEqual(LIMITS.closeReasonBytes);
    }
    expect.assertions(1);
  },
);

describe.each([
  [ANY, ['', 'Constant', 'constant:', 'constant:1', 'square', ' jitter', 'toString', 'sawtooth:1/5s']],
  [JITTER, ['jitter:', 'jitter:0', 'jitter:1.01', 'jitter:-0.5', 'jitter:.5', 'jitter:1e-3', 'jitter:1\n']],
  [JITTER, ['jitter:0.0000009', 'jitter:NaN', 'jitter:1:1']],
  [BURST, ['burst', 'burst:', 'burst:0', 'burst:01', 'burst:1.5', 'burst:1000001', 'burst:5k', 'burst:-5']],
  [RAMP, ['ramp', 'ramp:', 'ramp:10', 'ramp:10-20', 'ramp:10-20/', 'ramp:10-20/60', 'ramp:0-20/60s']],
  [RAMP, ['ramp:10-0/60s', 'ramp:10-10001k/60s', 'ramp:10-20/0s', 'ramp:10-20/0.9ms', 'ramp:10-20/10001h']],
  [RAMP, ['ramp:-10-20/60s', 'ramp:10--20/60s', 'ramp:10-20-30/60s', 'ramp:10-20/60s ', 'ramp:max-20/60s']],
  [SINE, ['sine', 'sine:0.5', 'sine:/60s', 'sine:0.5/', 'sine:0/60s', 'sine:1.5/60s', 'sine:0.5/60']],
  [SINE, ['sine:0.5/60d', 'sine:0.5/60s\n', 'sine:0.5/10s/10s']],
])('what must be %s', (expected, texts) => {
  test.each(texts)('is not %j', (text) => {
    expect(() => parseProfile(text)).toThrow(
      expect.objectContaining({
        code: 'bad_parameter',
        message: `profile must be ${expected}, got ${JSON.stringify(text)}`,
      }),
    );
  });
});
