import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openStream } from '../../src/stream/stream.ts';
import { StreamError } from '../../src/stream/stream-error.ts';
import { headBytes } from '../../src/verify/capture/capture-form.ts';
import { CaptureError } from '../../src/verify/capture/form.ts';
import { UsageError } from '../../src/wording/usage-error.ts';
import { checked, linesOf, stream } from './capture.ts';

const NO_FAULTS = { lost: 0, repeated: 0, reordered: 0, corrupt: 0, foreign: 0 };
const counts = ({ verdict }: ReturnType<typeof checked>) => {
  const { lost, repeated, reordered, corrupt, foreign } = verdict;
  return { lost, repeated, reordered, corrupt, foreign };
};
const ranges = ({ findings }: ReturnType<typeof checked>) =>
  findings.map(({ kind, from, to, firstLine }) => [kind, from, to, firstLine]);

describe('a capture with nothing wrong', () => {
  test.each([1, 7, 1000, 100_000])('is proved, in chunks of %i bytes', (chunkBytes) => {
    const result = checked(linesOf(0, 500), { count: 500 }, { chunkBytes });
    expect(result.verdict).toMatchObject({
      verdict: 'proved',
      messages: 500,
      expected: 500,
      lines: 500,
      ...NO_FAULTS,
    });
    expect(result.findings).toEqual([]);
  });

  test('may end its lines with CRLF, begin with a byte order mark, hold empty lines and lack the last end', () => {
    const lines = linesOf(0, 3);
    const result = checked(
      [`\ufeff${lines[0]}\r\n\r\n${lines[1]}\r\n\n${lines[2]}`],
      { count: 3 },
      { end: '' },
    );
    expect(result.verdict).toMatchObject({ verdict: 'proved', messages: 3, ...NO_FAULTS });
  });

  test('may begin anywhere, if that was due', () => {
    expect(checked(linesOf(1000, 10), { from: 1000, count: 10 }).verdict.verdict).toBe('proved');
    expect(ranges(checked(linesOf(1000, 10)))).toEqual([['lost', 0, 999, null]]);
  });
});

describe('what is wrong is told by exact ranges', () => {
  const lines = linesOf(0, 400);

  test('lost, in the middle and at the end', () => {
    const kept = lines.filter((_, seq) => !(seq >= 50 && seq < 60) && seq !== 99 && seq < 390);
    const result = checked(kept, { count: 400 });
    expect(ranges(result)).toEqual([
      ['lost', 50, 59, null],
      ['lost', 99, 99, null],
      ['lost', 390, 399, null],
    ]);
    expect(result.verdict).toMatchObject({ verdict: 'failed', messages: 379, ...NO_FAULTS, lost: 21 });
  });

  test('without a count the tail is not looked for, and it says so', () => {
    expect(checked(lines.slice(0, 300)).verdict).toMatchObject({
      verdict: 'proved',
      counted: false,
      expected: 300,
    });
  });

  test('repeated', () => {
    const result = checked([...lines.slice(0, 20), ...lines.slice(10, 20), ...lines.slice(20)], {
      count: 400,
    });
    expect(ranges(result)).toEqual([['repeated', 10, 19, 21]]);
    expect(counts(result)).toEqual({ ...NO_FAULTS, repeated: 10 });
  });

  test('reordered, which may be taken', () => {
    const late = [...lines.slice(0, 5), ...lines.slice(7, 20), ...lines.slice(5, 7), ...lines.slice(20)];
    const result = checked(late, { count: 400 });
    expect(ranges(result)).toEqual([['reordered', 5, 6, 19]]);
    expect(result.verdict).toMatchObject({ verdict: 'failed', ...NO_FAULTS, reordered: 2 });
    expect(checked(late, { count: 400, order: 'any' }).verdict).toMatchObject({
      verdict: 'proved',
      reordered: 2,
    });
  });

  test('corrupt, with the field that differs first', () => {
    const city = /"city":"([^"]*)"/.exec(lines[8] ?? '')?.[1] ?? '';
    const result = checked(lines.with(8, (lines[8] ?? '').replace(`"${city}"`, '"Nowhere"')), { count: 400 });
    expect(counts(result)).toEqual({ ...NO_FAULTS, corrupt: 1 });
    expect(result.findings[0]).toMatchObject({
      kind: 'corrupt',
      from: 8,
      to: 8,
      firstLine: 9,
      firstDifference: { field: 'address.city', expected: `"${city}"`, received: '"Nowhere"' },
    });
  });

  test.each([
    ['a seq that is another', (line: string) => line.replace('"seq":200', '"seq":300'), 'seq'],
    ['a seq beyond all that is due', (line: string) => line.replace('"seq":200', '"seq":99999999'), 'seq'],
    ['a key that is damaged', (line: string) => line.replace('{"seq"', '{"sfq"'), 'seq'],
    ['an end that is cut off', (line: string) => line.slice(0, -40), 'birthdate|job'],
    ['a beginning that is cut off', (line: string) => line.slice(10), 'seq'],
  ])('%s', (_, damage, field) => {
    const result = checked(lines.with(200, damage(lines[200] ?? '')), { count: 400 });
    expect(counts(result)).toEqual({ ...NO_FAULTS, corrupt: 1 });
    expect(result.findings[0]).toMatchObject({ from: 200, to: 200 });
    expect(result.findings[0]?.firstDifference?.field).toMatch(new RegExp(field));
  });

  test('foreign lines, and messages that were not due', () => {
    const result = checked(['hello', '[1]', ...lines.slice(0, 9), '{"seq":"x"}', lines[30] ?? ''], {
      count: 9,
    });
    expect(counts(result)).toEqual({ ...NO_FAULTS, foreign: 4 });
    expect(ranges(result)).toEqual([
      ['foreign', null, null, 1],
      ['foreign', null, null, 12],
    ]);
  });

  test('another stream: all corrupt', () => {
    const result = checked(linesOf(0, 50), { count: 50 }, { of: openStream('users?seed=8') });
    expect(counts(result)).toEqual({ ...NO_FAULTS, corrupt: 50 });
    expect(result.findings[0]?.firstDifference?.field).toBe('id');
  });
});

test('whatever is done to a capture, each fault is counted as what it is', () => {
  const lines = linesOf(0, 300);
  const edits = fc.record({
    lost: fc.uniqueArray(fc.nat(298), { maxLength: 30 }),
    repeated: fc.uniqueArray(fc.nat(298), { maxLength: 10 }),
    corrupt: fc.uniqueArray(fc.nat(298), { maxLength: 10 }),
    foreign: fc.nat(5),
    chunkBytes: fc.integer({ min: 1, max: 5000 }),
  });
  fc.assert(
    fc.property(edits, ({ lost, repeated, corrupt, foreign, chunkBytes }) => {
      const gone = new Set(lost);
      const damaged = new Set(corrupt.filter((seq) => !gone.has(seq)));
      const twice = new Set(repeated.filter((seq) => !gone.has(seq) && !damaged.has(seq)));
      const made: string[] = [];
      for (const [seq, line] of lines.entries()) {
        if (gone.has(seq)) continue;
        made.push(damaged.has(seq) ? line.replace(/"email":"./, '"email":"\u0001') : line);
        if (twice.has(seq)) made.push(line);
      }
      for (let i = 0; i < foreign; i++) made.push('not a message');
      const result = checked(made, { count: 300 }, { chunkBytes });
      expect(counts(result)).toEqual({
        lost: gone.size,
        repeated: twice.size,
        reordered: 0,
        corrupt: damaged.size,
        foreign,
      });
      const told = result.findings.filter(({ kind }) => kind === 'lost');
      const seqs = told.flatMap(({ from, to }) =>
        Array.from({ length: (to ?? 0) - (from ?? 0) + 1 }, (_, i) => (from ?? 0) + i),
      );
      expect(seqs).toEqual([...gone].sort((a, b) => a - b));
    }),
    { numRuns: 100 },
  );
});

test('any order gives the same verdict', () => {
  fc.assert(
    fc.property(fc.shuffledSubarray(linesOf(0, 120), { minLength: 120 }), (lines) => {
      expect(checked(lines, { count: 120, order: 'any' }).verdict).toMatchObject({
        ...{ verdict: 'proved', lost: 0, repeated: 0, corrupt: 0, foreign: 0 },
      });
    }),
    { numRuns: 50 },
  );
});

describe('a relay that wrote the JSON anew', () => {
  const anew = linesOf(0, 20).map((line) => {
    const message = JSON.parse(line) as object;
    return JSON.stringify(Object.fromEntries(Object.entries(message).reverse()), null, 1).replaceAll(
      '\n',
      ' ',
    );
  });

  test('is corrupt byte by byte, and the verdict tells that it is equal as JSON', () => {
    expect(checked(anew, { count: 20 }).verdict).toMatchObject({
      verdict: 'failed',
      corrupt: 20,
      reserialised: 20,
    });
  });

  test('is proved as JSON, and the verdict says so', () => {
    const { verdict } = checked(anew, { count: 20, equal: 'json' });
    expect(verdict).toMatchObject({ verdict: 'proved', equal: 'json', reserialised: 20, ...NO_FAULTS });
  });

  test('is found where a value is another, or a key is more or less', () => {
    const [first = '', second = '', third = ''] = anew;
    const lines = [
      first.replace('"seq": 0', '"seq": 0, "more": 1'),
      second.replace(/"zip": "[^"]*"/, '"zip": "x"'),
      third.replace(/"job": "[^"]*",/, ''),
    ];
    const { verdict, findings } = checked(lines, { count: 3, equal: 'json' });
    expect(verdict).toMatchObject({ verdict: 'failed', corrupt: 3, reserialised: 0 });
    expect(findings[0]?.firstDifference).toEqual({
      field: 'more',
      byte: null,
      expected: 'nothing',
      received: '1',
    });
  });

  test('may write numbers in another form', () => {
    const arrays = openStream('arrays?shape=3&seed=2');
    const [line = ''] = [new TextDecoder().decode(arrays.message(0))];
    const longer = line.replace(/(\d\.\d{6})/g, '$10e0');
    expect(longer).not.toBe(line);
    expect(checked([longer], { count: 1, equal: 'json' }, { of: arrays }).verdict.verdict).toBe('proved');
  });
});

describe('a block log', () => {
  const run = (name: string | null, count: number | null) =>
    JSON.stringify({ record: 'run', stream: name, from: 5, count });
  const block = (messages: object[]) => JSON.stringify({ record: 'block', messages });
  const entries = (from: number, count: number) =>
    linesOf(from, count).map((data, index) => ({ seq: from + index, at: '', data }));

  test('says itself what was due', () => {
    const log = [run(stream.name, 20), block(entries(5, 10)), block(entries(15, 9))];
    const result = checked(log);
    expect(result.verdict).toMatchObject({ verdict: 'failed', from: 5, expected: 20, messages: 19, lost: 1 });
    expect(ranges(result)).toEqual([['lost', 24, 24, null]]);
  });

  test('may hold more than the run was begun for, when it was resumed', () => {
    const log = [run(stream.name, 20), block(entries(5, 20)), block(entries(25, 7))];
    expect(checked(log).verdict).toMatchObject({ verdict: 'proved', expected: 27, counted: true });
    expect(checked(log, { count: 20 }).verdict).toMatchObject({ verdict: 'failed', foreign: 7 });
  });

  test('that began with whatever came first may begin earlier, as its run found', () => {
    const late = [run(null, 20), block(entries(5, 10)), block(entries(0, 5)), block(entries(15, 5))];
    const result = checked(late);
    expect(result.verdict).toMatchObject({ from: 0, expected: 20, lost: 0, reordered: 5, foreign: 0 });
    const gap = checked([run(null, 20), block(entries(5, 10)), block(entries(2, 1))]);
    expect(gap.verdict).toMatchObject({ from: 2, expected: 20, lost: 9, reordered: 1 });
    expect(ranges(gap).filter(([kind]) => kind === 'lost')).toEqual([
      ['lost', 3, 4, null],
      ['lost', 15, 21, null],
    ]);
    expect(checked([run(null, 10), block(entries(5, 10))]).verdict).toMatchObject({
      verdict: 'proved',
      from: 5,
      expected: 10,
    });
  });

  test('of another stream is refused', () => {
    expect(() => checked([run('users?seed=8', 20)])).toThrow(StreamError);
  });

  test('may hold binary messages, placed by the seq that the log gives them', () => {
    const npy = openStream('arrays?shape=2&encoding=npy');
    const entry = (seq: number, of: number) => {
      return { seq, at: '', data_base64: Buffer.from(npy.message(of)).toString('base64') };
    };
    const good = [run(npy.name, null), block([entry(5, 5), entry(6, 6)])];
    expect(checked(good, {}, { of: npy }).verdict).toMatchObject({ verdict: 'proved', messages: 2 });
    const bad = checked([run(npy.name, null), block([entry(5, 5), entry(6, 7)])], {}, { of: npy });
    expect(bad.verdict).toMatchObject({ verdict: 'failed', corrupt: 1 });
  });

  test.each([
    ['{"record":"block","messages":[{"seq":5}]}'],
    ['{"record":"block","mess'],
    ['{"record":"other"}'],
  ])('with a damaged line tells of it: %s', (line) => {
    const result = checked([run(stream.name, 2), block(entries(5, 2)), line]);
    expect(counts(result)).toEqual({ ...NO_FAULTS, foreign: 1 });
  });
});

test.each([{ from: -1 }, { from: 0.5 }, { count: -1 }, { from: Number.MAX_SAFE_INTEGER, count: 2 }])(
  'refuses terms that the stream does not have: %j',
  (terms) => {
    expect(() => checked([], terms)).toThrow(UsageError);
  },
);

test('nothing proves nothing, unless nothing was due', () => {
  expect(checked([]).verdict.verdict).toBe('failed');
  expect(checked([], { count: 0 }).verdict.verdict).toBe('proved');
  expect(checked([], { count: 2 }).verdict).toMatchObject({ verdict: 'failed', lost: 2 });
});

describe('what a peer made to hurt', () => {
  const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

  test.each([10_000, 100_000])('a value nested %i deep is corrupt, and shown in part', (depth) => {
    for (const equal of ['bytes', 'json'] as const) {
      const { verdict, findings } = checked([`{"seq":0,"id":${nested(depth)}}`], { count: 1, equal });
      expect(verdict).toMatchObject({ verdict: 'failed', ...NO_FAULTS, corrupt: 1 });
      expect(findings[0]?.firstDifference?.received.length).toBeLessThan(200);
    }
  });

  test('a member that is there twice is found in any depth', () => {
    const line = linesOf(0, 1)[0]?.replace('{"seq":0,', `{"seq":0,"seq":0,"more":${nested(50_000)},`) ?? '';
    expect(checked([line], { equal: 'json' }).verdict).toMatchObject({ verdict: 'failed', corrupt: 1 });
  });
});

test('lines that are no messages cost no message each', () => {
  const of = openStream('bytes?size=100000');
  let made = 0;
  const encode: typeof of.encode = (...range) => {
    made++;
    return of.encode(...range);
  };
  const noise = Array.from({ length: 1000 }, (_, index) => (index % 2 === 0 ? 'noise' : '{"seq":0,"x":1}'));
  expect(checked(noise, { count: 10 }, { of: { ...of, encode } }).verdict.verdict).toBe('failed');
  expect(made).toBeLessThan(10);
});

test('a log whose block is longer than a message can be is proved', () => {
  const bytes = openStream('bytes?size=100000&seed=7');
  const messages = Array.from({ length: 200 }, (_, seq) => ({
    seq,
    data: Buffer.from(bytes.message(seq)).toString(),
  }));
  const lines = [
    JSON.stringify({ record: 'run', stream: bytes.name, from: 0, count: 200 }),
    JSON.stringify({ record: 'block', messages }),
  ];
  const verdict = { verdict: 'proved', messages: 200, lines: 2 };
  expect(checked(lines, {}, { of: bytes, chunkBytes: 65_536 }).verdict).toMatchObject(verdict);
});

describe('messages that come twice', () => {
  const lines = linesOf(0, 20);
  const twice = [...lines.slice(0, 12), ...lines.slice(8)];

  test('may be taken, and are told all the same', () => {
    expect(checked(twice, { count: 20 }).verdict).toMatchObject({ verdict: 'failed', repeated: 4 });
    const taken = checked(twice, { count: 20, repeats: 'allow' });
    expect(taken.verdict).toMatchObject({ verdict: 'proved', repeats: 'allow', ...NO_FAULTS, repeated: 4 });
    expect(ranges(taken)).toEqual([['repeated', 8, 11, 13]]);
  });

  test('excuse nothing else', () => {
    const terms = { count: 20, repeats: 'allow' } as const;
    const damaged = twice.with(13, (twice[13] ?? '').replace('"name":"', '"name":"?'));
    expect(checked(damaged, terms).verdict).toMatchObject({ verdict: 'failed', corrupt: 1 });
    expect(checked(twice.slice(0, -1), terms).verdict).toMatchObject({ verdict: 'failed', lost: 1 });
    expect(checked([...twice, 'noise'], terms).verdict).toMatchObject({ verdict: 'failed', foreign: 1 });
    expect(checked(twice.toSpliced(2, 1), terms).verdict).toMatchObject({ verdict: 'failed', lost: 1 });
  });
});

describe('a capture in another form', () => {
  const lines = linesOf(0, 30);

  test.each([7, 1000, 1_000_000])(
    'is read where nothing stands in between, in chunks of %i bytes',
    (chunkBytes) => {
      const many = linesOf(0, 500);
      expect(many.join('').length).toBeGreaterThan(1.2 * headBytes(0)); // its head is looked at in one piece
      const { verdict, findings } = checked(many, { count: 500 }, { chunkBytes, end: '' });
      expect(verdict).toMatchObject({ verdict: 'proved', framing: 'concatenated', ...NO_FAULTS, lines: 500 });
      expect(findings).toEqual([]);
      const damaged = checked(many.toSpliced(490, 2), { count: 500 }, { chunkBytes, end: '' });
      expect(damaged.verdict).toMatchObject({ verdict: 'failed', ...NO_FAULTS, lost: 2 });
    },
  );

  test('in lines, two messages that were stuck together are harm', () => {
    const stuck = [...lines.slice(0, 10), `${lines[10]}${lines[11]}`, ...lines.slice(12)];
    expect(checked(stuck, { count: 30 }).verdict).toMatchObject({ verdict: 'failed', framing: 'lines' });
    const first = [`${lines[0]}${lines[1]}`, ...lines.slice(2)];
    expect(checked(first, { count: 30 }).verdict).toMatchObject({ verdict: 'failed', framing: 'lines' });
  });

  test.each([1, 1_000_000])('is named, and nothing is found in it, in chunks of %i bytes', (chunkBytes) => {
    const prefixed = lines.map((line) => `12:00 ${line}`);
    expect(() => checked(prefixed, { count: 30 }, { chunkBytes })).toThrow(CaptureError);
    expect(() => checked(prefixed, {}, { chunkBytes })).toThrow(
      /is text with a prefix before each message, not/,
    );
  });
});

describe('a capture of another stream', () => {
  const of = (name: string, count = 5) =>
    Array.from({ length: count }, (_, seq) => new TextDecoder().decode(openStream(name).message(seq)));

  test.each([
    'users?seed=9',
    'users?seed=0',
    'users?seed=999',
    'bytes?size=100&seed=3',
    'arrays?dtype=int16&shape=3&seed=4',
  ])('is told as %s', (name) => {
    const { verdict } = checked(of(name));
    expect(verdict.verdict).toBe('failed');
    expect(openStream(verdict.resembles ?? 'users').name).toBe(openStream(name).name);
  });

  test('is not told where some are right, or where none is found', () => {
    expect(checked([...linesOf(0, 1), ...of('users?seed=9').slice(1)]).verdict.resembles).toBeNull();
    expect(checked([...of('users?seed=9', 1), ...linesOf(1, 3)]).verdict.resembles).toBeNull();
    expect(checked(of('users?seed=123456789')).verdict.resembles).toBeNull();
    expect(checked(['noise']).verdict.resembles).toBeNull();
    expect(
      checked(linesOf(0, 3).map((line) => line.replace('"name":"', '"name":"?'))).verdict.resembles,
    ).toBeNull();
  });

  test('is told by the log, with what it is', () => {
    const run = {
      record: 'run',
      stream: 'users?seed=9',
      stream_id: openStream('users?seed=9').id,
      from: 0,
      count: 1,
    };
    expect(() => checked([JSON.stringify(run)])).toThrow(
      'this is a log of users?seed=9, not of users?seed=7',
    );
    const other = { ...run, stream: stream.name };
    expect(() => checked([JSON.stringify(other)])).toThrow(/another version of Tidemark makes it: its id is/);
    expect(checked([JSON.stringify({ ...other, stream_id: stream.id, count: 0 })]).verdict.verdict).toBe(
      'proved',
    );
  });
});

test('where nothing was due, whatever comes is foreign, and no seq is named that can not be', () => {
  const { verdict, findings } = checked(linesOf(0, 3), { count: 0 });
  expect(verdict).toMatchObject({ verdict: 'failed', expected: 0, foreign: 3 });
  expect(findings[0]?.firstDifference).toMatchObject({
    expected: 'nothing, since no message was due',
    received: 'seq 0',
  });
});

test('joined files with a byte order mark each are one capture', () => {
  const lines = linesOf(0, 4);
  lines[2] = `\ufeff${lines[2]}`;
  expect(checked(lines, { count: 4 }).verdict).toMatchObject({ verdict: 'proved', ...NO_FAULTS });
});
