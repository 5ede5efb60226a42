import { expect, test } from 'vitest';
import { FaultSchedule } from '../../../src/chaos/fault/fault-schedule.ts';
import { parseFaultSpec } from '../../../src/chaos/fault/fault-spec.ts';
import { HARM, MALLORY, PROVED_CLIENTS, streamUrl } from '../../../src/cli/demo/cast.ts';
import { ClientDemoLines, harmLine, serverDemoLine, takesLine } from '../../../src/cli/demo/demo-lines.ts';
import { openStream } from '../../../src/stream/stream.ts';

/** Of a terminal of 80 columns, less the name in front. */
const ROOM = 70;

test('what each client takes fits a narrow terminal', () => {
  const lines = [...PROVED_CLIENTS, MALLORY].map(takesLine);
  expect(lines[0]).toBe('takes users?seed=7 at 5/s in blocks of 5, over WebSocket');
  expect(lines.filter(({ length }) => length > ROOM)).toEqual([]);
});

test('the streams are there, and each client dials its own by its carriage', () => {
  for (const { stream } of [...PROVED_CLIENTS, MALLORY]) openStream(stream);
  expect([...PROVED_CLIENTS, MALLORY].map((member) => streamUrl('ws://127.0.0.1:1', member))).toEqual([
    'ws://127.0.0.1:1/users?seed=7&rate=5',
    'ws://127.0.0.1:1/arrays?shape=2,3&rate=10',
    'http://127.0.0.1:1/bytes?size=1024&rate=100',
    'ws://127.0.0.1:1/bytes?size=2048&rate=8',
  ]);
});

test('something is wrong with the one that misbehaves before the server is killed for the first time', () => {
  const schedule = new FaultSchedule(parseFaultSpec(HARM), 1);
  const early = Array.from({ length: 40 }, (_, index) => schedule.atMessage(index + 1)?.fault);
  expect(early).toContain('flip'); // at 8 a second, within 5 s
});

test('a block is one line, of the server, with what it found', () => {
  const receipt = {
    ...{ event: 'receipt' as const, client: 'alice', block: 8, from: 35, to: 39, count: 5, bytes: 1559 },
    ...{ elapsed_ms: 771.198, crc32: '7e974184', interrupted: false },
    text: 'Client alice received 8 block in 771.198 ms time',
  };
  expect(serverDemoLine({ ...receipt, verified: true })).toBe(
    'Client alice received 8 block in 771.198 ms time  verified',
  );
  expect(serverDemoLine({ ...receipt, text: 'a\u001b[2Jb', verified: false })).toBe('a\\u001b[2Jb  WRONG');
});

test('an outage is two lines, however many attempts it takes', () => {
  const lines = new ClientDemoLines();
  const outage = { event: 'disconnected' as const, client: 'bob', code: 1006, reason: '', retry_ms: 100 };
  expect(lines.line(outage)).toBe('not connected: the connection broke; tries until it is back');
  expect(lines.line({ ...outage, reason: 'refused' })).toBeUndefined();
  const resumed = { event: 'resumed' as const, client: 'bob', from: 75, after_ms: 1640 };
  expect(lines.line(resumed)).toBe('resumed from message 75 after 1.6 s');
  expect(lines.line({ ...outage, reason: 'gone' })).toMatch(/^not connected: gone/);
});

test('what is done on purpose is said, and what the client is told of it', () => {
  const fault = { event: 'fault' as const, connection: 1, message: 25 };
  expect(harmLine({ ...fault, fault: 'flip' }, 'mallory')).toBe(
    'flips a bit in a message to mallory, on purpose',
  );
  expect(harmLine({ ...fault, fault: 'cut' }, 'mallory')).toBe('cuts mallory off, on purpose');
  const mismatch = {
    ...{ event: 'mismatch' as const, client: 'mallory' },
    block: 3,
    from: 20,
    to: 29,
    reason: '',
  };
  expect(new ClientDemoLines().line(mismatch)).toBe('is told that block 3 is wrong: messages 20 to 29');
});
