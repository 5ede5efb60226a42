import { describe, expect, test } from 'vitest';
import type { Step } from '../../../src/stream/program/field-program.ts';
import { encodeMessage } from '../../../src/stream/program/reference.ts';
import { Draws, fieldKey, messageKey } from '../../../src/stream/program/splitmix64.ts';

const SEED = 5;
const SEQS = Array.from({ length: 300 }, (_, seq) => seq);

const field = (path: string): Step => ({ step: 'field', path });
const text = (content: string): Step => ({ step: 'text', text: content });
const pick = (...table: string[]): Step => ({ step: 'pick', table });

function encoded(steps: readonly Step[], seq = 0): string {
  return new TextDecoder().decode(encodeMessage({ text: true, steps }, SEED, seq));
}

/** The draws of the field `f`, to make the expected text from in another way. */
const drawsOf = (seq: number) => new Draws(fieldKey(messageKey(SEED, seq), 'f'));

describe('fields', () => {
  const values: Step[] = [field('a'), { step: 'integer', bound: 2 ** 32 }, text(' ')];
  const others: Step[] = [field('b'), { step: 'uuid' }, text(' ')];

  test('a new field shifts no other, before it or behind it', () => {
    for (const seq of SEQS) {
      const [a, b] = [encoded(values, seq), encoded(others, seq)];
      expect(encoded([...values, ...others], seq)).toBe(a + b);
      expect(encoded([...others, ...values], seq)).toBe(b + a);
    }
  });

  test('a field begins again at its first draw', () => {
    const [once, again] = encoded([...values, ...others, ...values])
      .split(' ')
      .filter((_, i) => i !== 1);
    expect(again).toBe(once);
  });

  test('the draws of a field go on from step to step', () => {
    const draws = drawsOf(0);
    const expected = [draws.below(1000), draws.below(1000), draws.below(7)].join(' ');
    const integer = (bound: number): Step => ({ step: 'integer', bound });
    expect(encoded([field('f'), integer(1000), text(' '), integer(1000), text(' '), integer(7)])).toBe(
      expected,
    );
  });
});

describe('text and binary', () => {
  test('text is UTF-8, and binary stands where it was put', () => {
    const steps: Step[] = [text('é'), { step: 'binary', bytes: Uint8Array.of(0xff, 0x00) }, text('🌊')];
    const expected = [...Buffer.from('é'), 0xff, 0x00, ...Buffer.from('🌊')];
    expect([...encodeMessage({ text: false, steps }, SEED, 0)]).toEqual(expected);
  });

  test('seq is in decimal', () => {
    for (const seq of [0, 7, 2 ** 32, 2 ** 53 - 1]) expect(encoded([{ step: 'seq' }], seq)).toBe(String(seq));
  });

  test('a program without steps makes no bytes', () => {
    expect(encoded([])).toBe('');
  });
});

describe('choices', () => {
  test('come as often as their weights say', () => {
    const choose: Step = {
      step: 'choose',
      branches: [
        { weight: 1, steps: [text('rare')] },
        { weight: 3, steps: [text('often')] },
      ],
    };
    const rare = SEQS.filter((seq) => encoded([field('f'), choose], seq) === 'rare').length;
    expect(rare / SEQS.length).toBeGreaterThan(0.17);
    expect(rare / SEQS.length).toBeLessThan(0.33);
  });

  test('what was chosen is followed, and what was picked is repeated, in another field too', () => {
    const steps: Step[] = [
      field('f'),
      {
        step: 'choose',
        branches: [
          { weight: 1, steps: [text('left ')], slot: 0 },
          { weight: 1, steps: [text('right ')], slot: 0 },
        ],
      },
      { step: 'pick', table: ['one', 'two', 'three'], slot: 1 },
      field('g'),
      { step: 'follow', slot: 0, branches: [[text(' L')], [text(' R')]] },
      { step: 'repeat', slot: 1, table: ['1', '2', '3'] },
    ];
    const all = [
      'left one L1',
      'left three L3',
      'left two L2',
      'right one R1',
      'right three R3',
      'right two R2',
    ];
    expect([...new Set(SEQS.map((seq) => encoded(steps, seq)))].sort()).toEqual(all);
  });

  test('a slot that is read before it is set is an error', () => {
    expect(() => encoded([{ step: 'repeat', slot: 2, table: ['x'] }])).toThrow(
      'slot 2 is read before it is set',
    );
    expect(() => encoded([{ step: 'follow', slot: 0, branches: [[]] }])).toThrow('slot 0');
  });

  test('pick reaches every entry', () => {
    const picked = SEQS.map((seq) => encoded([field('f'), pick('a', 'b', 'c')], seq));
    expect([...new Set(picked)].sort()).toEqual(['a', 'b', 'c']);
  });
});

describe('digits', () => {
  const digits = (pattern: string, seq: number) => encoded([field('f'), { step: 'digits', pattern }], seq);

  test('eight are the first eight decimals of one draw', () => {
    for (const seq of SEQS) {
      const decimals = (BigInt(drawsOf(seq).nextUint32()) * 100_000_000n) >> 32n;
      expect(digits('########', seq)).toBe(String(decimals).padStart(8, '0'));
    }
  });

  test('the ninth is of the next draw', () => {
    for (const seq of SEQS) {
      const draws = drawsOf(seq);
      draws.next();
      expect(digits('#########', seq).at(-1)).toBe(String(draws.below(10)));
    }
  });

  test.each([
    { mark: '#', all: '0123456789' },
    { mark: '$', all: '123456789' },
    { mark: '!', all: '23456789' },
  ])('$mark is any of $all, and nothing else is replaced', ({ mark, all }) => {
    const made = SEQS.map((seq) => digits(`(${mark}) x-5`, seq));
    expect([...new Set(made)].sort()).toEqual([...all].map((digit) => `(${digit}) x-5`));
  });
});

test('uuid is two draws but for its version and its variant', () => {
  for (const seq of SEQS) {
    const draws = drawsOf(seq);
    const hex = [draws.next(), draws.next()].map((draw) => draw.toString(16).padStart(16, '0')).join('');
    const made = encoded([field('f'), { step: 'uuid' }], seq).replaceAll('-', '');
    const variant = ((Number.parseInt(hex.charAt(16), 16) & 3) | 8).toString(16);
    expect(made).toBe(`${hex.slice(0, 12)}4${hex.slice(13, 16)}${variant}${hex.slice(17)}`);
  }
});

test('date is the calendar day, over five centuries and at the leap days of all kinds', () => {
  const dayMs = 86_400_000;
  const days = Array.from({ length: 2500 }, (_, step) => Date.parse('1599-12-25') / dayMs + 73 * step);
  const leaps = [
    '1600-02-29',
    '1900-02-28',
    '1900-03-01',
    '1999-12-31',
    '2000-02-29',
    '2000-03-01',
    '2024-02-29',
  ];
  days.push(...leaps.map((day) => Date.parse(day) / dayMs), 0, -1, -719_468, -719_162);
  for (const firstDay of days) {
    const expected = new Date(firstDay * dayMs).toISOString().slice(0, 10);
    expect(encoded([field('f'), { step: 'date', firstDay, dayCount: 1 }])).toBe(expected);
  }
});

describe('fill', () => {
  const fill = (untilBytes: number): Step => ({ step: 'fill', untilBytes });

  test('goes on until the message has so many bytes, those before it counted as UTF-8', () => {
    expect(encodeMessage({ text: true, steps: [field('f'), text('é🌊'), fill(40)] }, SEED, 0)).toHaveLength(
      40,
    );
    expect(encoded([field('f'), text('full'), fill(4)])).toBe('full');
    expect(encoded([field('f'), text('beyond'), fill(4)])).toBe('beyond');
  });

  test('takes ten characters of six bits from a draw, the lowest bits first', () => {
    const draws = drawsOf(3);
    const base64url = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const expected = [draws.next(), draws.next()].flatMap((draw) =>
      Array.from({ length: 10 }, (_, place) => base64url[Number((draw >> BigInt(6 * place)) & 63n)]),
    );
    expect(encoded([field('f'), fill(15)], 3)).toBe(expected.join('').slice(0, 15));
  });
});
