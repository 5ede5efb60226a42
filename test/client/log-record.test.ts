import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type BlockRecord, blockLine, isoTime, receiptOf } from '../../src/client/log-record.ts';
import { blockRecord, runRecord } from '../../src/client/log-record-schema.ts';
import { blockFields } from '../../src/client/run/block-fields.ts';
import type { ArrivedMessage } from '../../src/measure/arrival.ts';
import type { Block } from '../../src/measure/finished-block.ts';
import { receiptFor } from '../../src/session/receipt.ts';
import type { RunProgress } from '../../src/session/run/resume-point.ts';
import { check } from '../../src/session/schema.ts';

const WALL_MS = Date.parse('2026-01-02T03:04:05.678Z');
const BLOCK: Block = {
  block: 3,
  from: 10,
  to: 14,
  count: 5,
  bytes: 1602,
  elapsedMs: 401.2126,
  intervalMs: 500.0004,
  crc32: 0x0123abcd,
  interrupted: true,
  partial: true,
  messages: [],
};

/** The line of a block, parsed; the server has verified two. */
function recordOf(block: Block, progress: Partial<RunProgress> = {}): BlockRecord {
  const known = { verifiedThrough: 2, resumes: 0, corrupt: 0, foreign: 0, ...progress };
  const line = [...blockLine('alice', block, known, isoTime(WALL_MS))].join('');
  expect(line.indexOf('\n')).toBe(line.length - 1);
  return JSON.parse(line) as BlockRecord;
}

describe('a time', () => {
  test.each([
    [0, '1970-01-01T00:00:00.000000Z'],
    [0.001, '1970-01-01T00:00:00.000001Z'],
    [0.9996, '1970-01-01T00:00:00.001000Z'],
    [999.9994, '1970-01-01T00:00:00.999999Z'],
    [999.9996, '1970-01-01T00:00:01.000000Z'],
    [WALL_MS, '2026-01-02T03:04:05.678000Z'],
    [WALL_MS + 0.25, '2026-01-02T03:04:05.678250Z'],
    [Date.parse('2026-12-31T23:59:59.999Z') + 0.9997, '2027-01-01T00:00:00.000000Z'],
  ])('%d ms is %s', (wallMs, text) => {
    expect(isoTime(wallMs)).toBe(text);
  });

  test('goes up as time does, and is right to a microsecond', () => {
    const moments = fc.double({ min: 0, max: 4e12, noNaN: true });
    fc.assert(
      fc.property(moments, moments, (one, other) => {
        const text = isoTime(one);
        expect(text).toMatch(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z$/);
        const milliseconds = Date.parse(`${text.slice(0, -4)}Z`) + Number(text.slice(-4, -1)) / 1000;
        expect(Math.abs(milliseconds - one)).toBeLessThan(0.002);
        expect(isoTime(Math.min(one, other)) <= isoTime(Math.max(one, other))).toBe(true);
      }),
    );
  });
});

describe('a block', () => {
  test('has the fields of its receipt but for type and text, and two more', () => {
    expect(blockFields('alice', BLOCK)).toEqual({
      client: 'alice',
      block: 3,
      from: 10,
      to: 14,
      count: 5,
      bytes: 1602,
      elapsed_ms: 401.213,
      interval_ms: 500,
      crc32: '0123abcd',
      interrupted: true,
      partial: true,
    });
    expect(blockFields('alice', { ...BLOCK, intervalMs: null }).interval_ms).toBeNull();
  });

  test('that was written and read gives the same receipt', () => {
    const record = recordOf(BLOCK);
    const read = check(blockRecord, record);
    if ('fault' in read) return expect.fail(read.fault);
    expect(read.value.verified_through).toBe(2);
    expect(receiptOf(read.value)).toEqual(receiptFor('alice', BLOCK));
  });

  test('has what the run counted so far, where there is anything', () => {
    expect(recordOf(BLOCK)).not.toHaveProperty('resumes');
    expect(recordOf(BLOCK)).not.toHaveProperty('corrupt');
    expect(recordOf(BLOCK, { resumes: 3, corrupt: 1, foreign: 2 })).toMatchObject({
      resumes: 3,
      corrupt: 1,
      foreign: 2,
    });
  });

  test('comes in pieces, however long it is, and its messages are asked for one by one', () => {
    const payload = new Uint8Array(100_000).fill(0x61);
    const count = 50;
    let most = 0;
    let asked = 0;
    function* arrivals() {
      for (let seq = 0; seq < count; seq++, asked++) yield { seq, payload, text: true, wallMs: WALL_MS };
    }
    const progress = { verifiedThrough: 0, resumes: 0, corrupt: 0, foreign: 0 };
    let line = '';
    for (const piece of blockLine('alice', { ...BLOCK, arrivals }, progress, isoTime(WALL_MS))) {
      most = Math.max(most, piece.length);
      line += piece;
    }
    expect(asked).toBe(count);
    expect(most).toBeLessThan(1_200_000);
    expect((JSON.parse(line) as BlockRecord).messages).toHaveLength(count);
  });

  test('keeps text as it is and binary in base64, of the message alone', () => {
    const memory = Uint8Array.of(9, 9, 0, 255, 10, 9);
    const messages: ArrivedMessage[] = [
      { seq: 0, payload: new TextEncoder().encode('"é😀\u2028'), text: true, wallMs: WALL_MS },
      { seq: 1, payload: memory.subarray(2, 5), text: false, wallMs: WALL_MS + 0.5 },
    ];
    expect(recordOf({ ...BLOCK, messages }).messages).toEqual([
      { seq: 0, at: '2026-01-02T03:04:05.678000Z', data: '"é😀\u2028' },
      { seq: 1, at: '2026-01-02T03:04:05.678500Z', data_base64: 'AP8K' },
    ]);
  });
});

describe('what is read', () => {
  const record = recordOf(BLOCK);

  test.each([
    { block: 0 },
    { from: -1 },
    { to: 0.5 },
    { count: 0 },
    { bytes: '1' },
    { interval_ms: undefined },
    { elapsed_ms: JSON.parse('1e999') },
    { verified_through: -1 },
    { record: 'run' },
  ])('is no block record with %j', (difference) => {
    expect(check(blockRecord, { ...record, ...difference })).toHaveProperty('fault');
  });

  test('is no run record without its fields', () => {
    expect(check(runRecord, { record: 'run' })).toHaveProperty('fault');
    expect(check(runRecord, record)).toHaveProperty('fault');
  });
});
