import { createColors } from 'picocolors';
import { describe, expect, test } from 'vitest';
import { cellsOf } from '../../../src/cli/output/cells.ts';
import { FIRST_CONTROLS } from '../../../src/cli/top/controls.ts';
import type { SeenClient } from '../../../src/cli/top/live-schema.ts';
import { NOTHING_SEEN, withLine } from '../../../src/cli/top/live-view.ts';
import { screenOf, textOf, type WatchLink } from '../../../src/cli/top/screen.ts';
import { client, opening, second, stream } from './seen.ts';

const PLAIN = createColors(false);
const CONNECTED: WatchLink = { state: 'connected' };
const URL = 'http://127.0.0.1:8000';

const FOUR = [
  client('alice', { cursor: 100, rate: 5, blocks: 7, verified: 7, last_block_ms: 801 }),
  client('bob', { cursor: 200, stream: 'arrays?dtype=float64&shape=2,3&seed=1', lag_ms: 2500 }),
  client('carol', { cursor: 3000, stream: 'bytes?size=1024', rate: 'max', lag_ms: null, carriage: 'http' }),
  client('mallory', { cursor: 61, stream: 'bytes?size=2048', blocks: 6, verified: 4, mismatched: 2 }),
];
const STREAMS = [stream(), stream({ stream: 'bytes?size=1024', messages: 100, mismatched: 1 })];
const MARK = { at_ms: 3000, kind: 'mismatch', client: 'mallory', text: 'block 2 is not what was sent' };

function viewOf(roster: readonly SeenClient[], streams = STREAMS) {
  const lines = [opening(), second(1, roster, { streams }), second(2, roster, { streams, marks: [MARK] })];
  return lines.reduce(withLine, NOTHING_SEEN);
}

function shown(
  columns: number,
  rows: number,
  { roster = FOUR, controls = {}, link = CONNECTED, paint = PLAIN } = {},
) {
  const view = viewOf(roster);
  return screenOf({ url: URL, view, link }, { ...FIRST_CONTROLS, ...controls }, { columns, rows }, paint);
}

test('a usual terminal', () => {
  expect(shown(80, 24).lines.map((line) => line.trimEnd())).toEqual([
    'tidemark top  http://127.0.0.1:8000  server 0.1.0, up 2 s',
    '4 clients   110 messages/s   0.01 MB/s   4 blocks/s   2 wrong',
    'block time  400 ms median, 800 ms p99',
    '',
    'by stream        clients  msg/s  MB/s  blocks/s  wrong  median     p99',
    'bytes?size=1024        1    100  0.00         2      2  400 ms  800 ms',
    'users?seed=7           1     10  0.00         2      0  400 ms  800 ms',
    '',
    'name     stream             cursor  msg/s  blocks  wrong  last block    lag  age',
    'alice    users?seed=7          100      0       7      0      801 ms   0 ms  2 s',
    'bob      arrays?d…3&seed=1     200      0       0      0           –  2.5 s  2 s',
    'carol    bytes?size=1024     3,000      0       0      0           –      –  2 s',
    'mallory  bytes?size=2048        61      0       6      2           –   0 ms  2 s',
    ...['', '', '', '', '', '', '', ''],
    '',
    '00:00:03 mismatch mallory: block 2 is not what was sent',
    '/ filter  s sort (by arrival)  r reverse  p pause  ? help  q quit      4 clients',
  ]);
});

test('before its first second the clients are counted, and not said to be none', () => {
  const view = withLine(NOTHING_SEEN, opening({ seconds: [second(1, FOUR)] }));
  const { lines } = screenOf(
    { url: URL, view, link: CONNECTED },
    FIRST_CONTROLS,
    { columns: 80, rows: 24 },
    PLAIN,
  );
  expect(lines.join('\n')).toContain('4 clients');
  expect(lines.join('\n')).toContain('the list of clients comes with the next second');
});

test('a roster that is partial says whose part is missing', () => {
  const view = [opening(), second(1, FOUR, { missing: ['2'] })].reduce(withLine, NOTHING_SEEN);
  const lines = (of: typeof view) =>
    screenOf({ url: URL, view: of, link: CONNECTED }, FIRST_CONTROLS, { columns: 120, rows: 24 }, PLAIN)
      .lines;
  expect(lines(view)[0]).toContain('server 0.1.0, up 1 s, partial: no answer of 2');
  expect(lines(withLine(view, second(2, FOUR)))[0]).not.toContain('partial');
});

test('a wide one has all columns', () => {
  const { columns } = shown(200, 24);
  expect(columns).toEqual(
    'name,stream,by,cursor,asked,msg/s,blocks,verified,wrong,last block,lag,late,age'.split(','),
  );
  const withAddress = shown(220, 24, { roster: [client('alice', { address: '127.0.0.1:4000' })] });
  expect(withAddress.columns.at(-1)).toBe('address');
});

const HOSTILE = [client('山田太郎', { stream: '帯'.repeat(40) }), client('👩‍👩‍👧'.repeat(10)), ...FOUR];

describe.each([
  [1, 1],
  [5, 3],
  [20, 10],
  [80, 24],
  [120, 40],
  [300, 100],
])('a terminal of %d columns and %d rows', (columns, rows) => {
  const many = Array.from({ length: 500 }, (_, index) => client(`client-${index}`));
  test.each([
    ['few', { roster: FOUR }],
    ['none', { roster: [] }],
    ['many', { roster: many, controls: { offset: 1e6 } }],
    ['wide characters', { roster: HOSTILE }],
    ['help', { controls: { help: true } }],
    ['a filter', { controls: { filter: 'm', typing: true, paused: true } }],
    [
      'an outage',
      { link: { state: 'away', reason: 'x'.repeat(300) } as WatchLink, paint: createColors(true) },
    ],
  ])('is filled, and never overrun: %s', (_, what) => {
    const { lines } = shown(columns, rows, what);
    expect(lines).toHaveLength(rows);
    expect(lines.filter((line) => cellsOf(line) > columns)).toEqual([]);
  });
});

test('what there is more of can be scrolled, and it is said which part is shown', () => {
  const roster = Array.from({ length: 50 }, (_, index) => client(`client-${index}`));
  const { page, rows } = shown(80, 24, { roster });
  expect(rows).toBe(50);
  const last = shown(80, 24, { roster, controls: { offset: 50 - page } });
  expect(last.lines.at(-1)).toContain(`50 clients, ${51 - page} to 50`);
  expect(last.lines.join('\n')).toContain('client-49');
  expect(last.lines.join('\n')).not.toContain('client-1 ');
});

test('a filter says how many it finds of how many', () => {
  const { lines } = shown(80, 24, { controls: { filter: 'bytes', typing: true } });
  expect(lines.at(-1)).toMatch(/^filter: bytes .* 2 of 4$/);
  expect(lines.join('\n')).not.toContain('alice ');
  const none = shown(80, 24, { controls: { filter: 'nobody' } }).lines;
  expect(none.join('\n')).toContain('no client has this in its name');
});

test('the column by which is sorted is marked', () => {
  const down = shown(80, 24, { controls: { column: 'wrong' } }).lines;
  expect(down.find((line) => line.startsWith('name'))).toContain('wrong ▼');
  expect(down.findIndex((line) => line.startsWith('mallory'))).toBeLessThan(
    down.findIndex((line) => line.startsWith('alice')),
  );
  const up = shown(80, 24, { controls: { column: 'name', reversed: true } }).lines;
  expect(up.find((line) => line.startsWith('name'))).toContain('name ▼');
});

test('an outage, its end and a pause are told', () => {
  const away = shown(80, 24, { link: { state: 'away', reason: 'the connection broke' } }).lines;
  expect(away[3]).toBe('not connected: the connection broke; tries until it is back');
  const back = shown(80, 24, { link: { state: 'connected', told: 'connected again after 2 s' } }).lines;
  expect(back[3]).toBe('connected again after 2 s');
  expect(shown(80, 24, { controls: { paused: true } }).lines[0]).toMatch(/ PAUSED $/);
});

test('colours mark what is wrong and who is slow, and nothing else depends on them', () => {
  const paint = createColors(true);
  const { lines } = shown(80, 24, { paint });
  expect(lines.find((line) => line.includes('size=2048'))).toContain(paint.red('mallory'));
  expect(lines.find((line) => line.includes('arrays'))).toContain(paint.yellow('2.5 s'));
  expect(shown(80, 24).lines.join('')).not.toContain('\u001b');
});

test('the help fits a usual terminal whole', () => {
  const { lines } = shown(80, 24, { controls: { help: true } });
  expect(lines.filter((line) => line.endsWith('…'))).toEqual([]);
  for (const word of ['filter', 'Ctrl-C', 'address']) expect(lines.join('\n')).toContain(word);
});

test('as text it has every client and column', () => {
  const text = textOf({ url: URL, view: viewOf(FOUR), link: CONNECTED }, PLAIN);
  expect(text[0]).toBe('tidemark top  http://127.0.0.1:8000  server 0.1.0, up 2 s');
  expect(text.at(-1)).toMatch(/^mallory +bytes\?size=2048 +ws +61 +10\/s +0 +6 +4 +2 /);
  expect(text.find((line) => line.startsWith('bob'))).toContain('arrays?dtype=float64&shape=2,3&seed=1');
});
