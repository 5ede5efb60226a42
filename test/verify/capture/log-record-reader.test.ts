import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LogRecordReader } from '../../../src/verify/capture/log-record-reader.ts';

function read(line: string, chunkBytes = 1000) {
  const messages: unknown[] = [];
  const reader = new LogRecordReader((message) => messages.push(message) > 0);
  const bytes = new TextEncoder().encode(line);
  for (let at = 0; at < bytes.length; at += chunkBytes)
    reader.push(bytes, at, Math.min(bytes.length, at + chunkBytes));
  return { record: reader.finish(), messages };
}

test('tells the messages of a block, and gives what is beside them, however it is cut', () => {
  const text = fc.string({ unit: fc.constantFrom('"', '\\', '{', '}', '[', ']', ',', 'ü', '"messages":[') });
  const block = fc.record({
    record: fc.constant('block'),
    at: text,
    messages: fc.array(fc.record({ seq: fc.nat(), data: text, values: fc.array(fc.nat()) })),
    behind: fc.record({ messages: fc.array(fc.nat()) }),
  });
  fc.assert(
    fc.property(
      block,
      fc.integer({ min: 1, max: 50 }),
      fc.constantFrom(0, 1),
      (record, chunkBytes, space) => {
        const line = JSON.stringify(record, undefined, space).replaceAll(/\n */g, ' ');
        const start = line.replace(/^\{ ?"record": ?/, '{"record":');
        const { record: read1, messages } = read(start, chunkBytes);
        expect(messages).toEqual(record.messages);
        expect(read1).toEqual({ ...record, messages: [] });
      },
    ),
  );
});

describe('a damaged record', () => {
  test.each([
    '{"record":"block","messages":[{"seq":1},]}',
    '{"record":"block","messages":[,{"seq":1}]}',
    '{"record":"block","messages":[{"seq":1}{"seq":2}]}',
    '{"record":"block","messages":[{"seq":1},,{"seq":2}]}',
    '{"record":"block","messages":[1]}',
    '{"record":"block","messages":[{"seq":1}',
    '{"record":"block","messages":[{"seq":1}]',
    '{"record":"block","messages":[{"seq":1}]}}',
    '{"record":"block","messages":[{"seq":1]}]}',
    '{"record":"block","messages":[{"seq":}]}',
    '{"record":"block","me',
    '',
  ])('%s', (line) => {
    for (const chunkBytes of [1, 1000]) expect(read(line, chunkBytes).record).toBeUndefined();
  });

  test('never takes more memory than its text by much', () => {
    const nested = '['.repeat(3_000_000);
    expect(read(`{"record":"block","messages":[{"seq":1,"data":${nested}}]}`).record).toBeUndefined();
    expect(read(`{"record":"block","x":${'x'.repeat(2_000_000)}`).record).toBeUndefined();
  });
});
