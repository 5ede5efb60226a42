import { expect, test } from 'vitest';
import { Happenings } from '../../../src/server/live/happenings.ts';
import { receiptEvent, type ServerEvent } from '../../../src/server/options/server-event.ts';
import type { Receipt } from '../../../src/session/messages.ts';

const RECEIPT: Receipt = {
  type: 'receipt',
  ...{ block: 3, from: 10, to: 14, count: 5, bytes: 1500, elapsed_ms: 401.2 },
  ...{ crc32: '00000000', interrupted: false, text: 'Client alice received 3 block in 401.2 ms time' },
};
const JOIN: ServerEvent = {
  ...{ event: 'join', client: 'alice', stream: 'users?seed=7', from: 0, resumed: false, rate: 10 },
  ...{ remote: '127.0.0.1:1', plain: false, carriage: 'websocket', clients: 1 },
};
const LEAVE: ServerEvent = {
  ...{ event: 'leave', client: 'alice', reason: 'left', blocks: 1, messages: 5, clients: 0 },
};
const told = (...events: ServerEvent[]) => {
  const happenings = new Happenings(() => 42);
  for (const event of events) happenings.note(event);
  return happenings;
};
const message = (text: string): ServerEvent => ({ event: 'message', client: 'alice', text });

test('what clients say is a line each, with what came of it', () => {
  const { feed, feed_omitted, marks } = told(
    receiptEvent('alice', RECEIPT, true),
    receiptEvent('alice', RECEIPT, false),
    message('hello'),
  ).take();
  const line = { at_ms: 42, client: 'alice', kind: 'receipt', text: RECEIPT.text };
  expect(feed).toEqual([
    { ...line, verified: true },
    { ...line, verified: false },
    { ...line, kind: 'message', text: 'hello', verified: null },
  ]);
  expect([feed_omitted, marks.map(({ kind }) => kind)]).toEqual([0, ['mismatch']]);
});

test.each<[string | undefined, ServerEvent]>([
  ['started', { event: 'listening', url: 'ws://127.0.0.1:8000' }],
  ['resume', { ...JOIN, from: 20, resumed: true }],
  [undefined, JOIN],
  ['lost', { ...LEAVE, reason: 'lost' }],
  ['lost', { ...LEAVE, reason: 'silent' }],
  [undefined, LEAVE],
  ['fault', { event: 'fault', fault: 'cut', connection: 2, message: null }],
  [undefined, { event: 'stopped' }],
])('%s marks %j', (kind, event) => {
  expect(
    told(event)
      .take()
      .marks.map((mark) => mark.kind),
  ).toEqual(kind === undefined ? [] : [kind]);
});

test('of a second the last 50 lines and the first 20 marks are told, and how many lines there were', () => {
  const lines = Array.from({ length: 1234 }, (_, i) => message(`${i}`));
  const faults = Array.from({ length: 50 }, (): ServerEvent => {
    return { event: 'fault', fault: 'cut', connection: 2, message: null };
  });
  const { feed, feed_omitted, marks } = told(...lines, ...faults).take();
  expect([feed.length, feed_omitted, marks.length]).toEqual([50, 1184, 20]);
  expect([feed[0]?.text, feed.at(-1)?.text]).toEqual(['1184', '1233']);
});

test('a long text is cut', () => {
  const [line] = told(message('x'.repeat(60_000))).take().feed;
  expect(line?.text).toBe(`${'x'.repeat(500)}…`);
});

test('what was told is remembered, the last 50 lines and 200 marks', () => {
  const happenings = told();
  for (let second = 0; second < 30; second++) {
    for (let i = 0; i < 30; i++) {
      happenings.note(message(`${second}.${i}`));
      happenings.note({ event: 'fault', fault: 'cut', connection: second, message: null });
    }
    happenings.take();
  }
  const { feed, marks } = happenings.before;
  expect([feed.length, feed[0]?.text, feed.at(-1)?.text]).toEqual([50, '28.10', '29.29']);
  expect([marks.length, marks.at(-1)?.text]).toEqual([200, 'cut on connection 29']);
});
