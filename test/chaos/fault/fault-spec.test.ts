import { describe, expect, test } from 'vitest';
import { parseFaultSpec } from '../../../src/chaos/fault/fault-spec.ts';
import { parseWhen } from '../../../src/chaos/fault/when.ts';

test('a list of conditions and faults', () => {
  const text =
    'delay=100ms, jitter=50ms,bandwidth=256kbit,slow-reader=10kB,slice=1,cut=5s,stall=1%:2s,close=@9:1001,seed=7';
  const spec = parseFaultSpec(text);
  expect(spec).toMatchObject({
    delayMs: 100,
    jitterMs: 50,
    bandwidth: 32_000,
    slowReader: 10_000,
    sliceBytes: 1,
    seed: 7,
  });
  expect(spec.faults).toEqual([
    { fault: 'cut', when: { kind: 'every', ms: 5000 }, stallMs: 1000, closeCode: 1012 },
    { fault: 'stall', when: { kind: 'share', share: 0.01 }, stallMs: 2000, closeCode: 1012 },
    { fault: 'close', when: { kind: 'at', message: 9, stream: 1 }, stallMs: 1000, closeCode: 1001 },
  ]);
});

test('nothing is nothing wrong', () => {
  expect(parseFaultSpec('')).toMatchObject({ delayMs: 0, bandwidth: Number.POSITIVE_INFINITY, faults: [] });
});

test.each([
  ['explode=5s', 'explode'],
  ['constructor=1', 'constructor'],
  ['drop', 'drop'],
  ['drop=5s', 'drop'],
  ['drop=1%:3', 'drop'],
  ['drop=0%', 'drop'],
  ['drop=101%', 'drop'],
  ['drop=@0', 'drop'],
  ['no-id=5s', 'no-id'],
  ['same-id=@1:2', 'same-id'],
  ['no-id', 'no-id'],
  ['cut=', 'cut'],
  ['cut=5', 'cut'],
  ['stall=5s:x', 'stall'],
  ['close=5s:1006', 'close'],
  ['close=5s:99', 'close'],
  ['delay=0ms', 'delay'],
  ['delay=2h', 'delay'],
  ['delay=1ms,delay=2ms', 'delay'],
  ['bandwidth=10', 'bandwidth'],
  ['slice=0', 'slice'],
  ['seed=-1', 'seed'],
  ['seed=1e3', 'seed'],
  [',', 'chaos'],
])('%s is refused by name', (text, name) => {
  expect(() => parseFaultSpec(text)).toThrow(
    expect.objectContaining({ code: 'bad_option', option: 'chaos' }),
  );
  expect(() => parseFaultSpec(text)).toThrow(new RegExp(name));
});

describe('when', () => {
  test.each([
    ['250ms', { kind: 'every', ms: 250 }],
    ['1.5s', { kind: 'every', ms: 1500 }],
    ['0.1%', { kind: 'share', share: 0.001 }],
    ['@1', { kind: 'at', message: 1, stream: 1 }],
    ['@1/2', { kind: 'at', message: 1, stream: 2 }],
  ])('%s', (text, when) => {
    expect(parseWhen(text)).toEqual(when);
  });

  test.each(['', '5', '@', '@1.5', '@1/', '@1/0', '@/2', '@1/2/3', '-1s', '1 s', '%', '1e3ms', '61min'])(
    'not %j',
    (text) => {
      expect(parseWhen(text)).toBeUndefined();
    },
  );
});
