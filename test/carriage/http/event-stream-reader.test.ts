import { createParser } from 'eventsource-parser';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EventStreamReader } from '../../../src/carriage/http/event-stream-reader.ts';
import { framed } from '../../../src/stream/segment/framing.ts';
import { openStream } from '../../../src/stream/stream.ts';
import { cutAt, LIMITS, read } from './reading.ts';

const plain = () => new EventStreamReader({ ...LIMITS, speaks: false });
const speaking = () => new EventStreamReader({ ...LIMITS, speaks: true });
const stream = openStream('users?seed=7');
const sent = (first: number, end: number) =>
  Buffer.concat(
    Array.from({ length: end - first }, (_, i) =>
      framed('events', stream.message(first + i), first + i, true),
    ),
  );
const texts = (first: number, end: number) =>
  Array.from({ length: end - first }, (_, i) => Buffer.from(stream.message(first + i)).toString());

describe('against eventsource-parser', () => {
  const word = fc.constantFrom(
    '',
    'x',
    '{"seq":7}',
    ' two',
    'é',
    '世',
    '😀',
    ':',
    'a:b',
    '\ufeff',
    '007',
    '12',
    '0',
  );
  const name = fc.constantFrom('data', 'data', 'data', 'id', 'event', 'retry', 'dat', 'Data', 'comment', '');
  const line = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.tuple(name, fc.constantFrom(':', ': ', ':  ', ''), word).map((all) => all.join('')),
    },
    { weight: 3, arbitrary: fc.constant('') },
    { weight: 1, arbitrary: fc.constant('id: 1\0') },
  );
  const end = fc.constantFrom('\n', '\n', '\r\n', '\r');
  const event = fc.tuple(fc.nat(20), word).map(([id, data]) => `id: ${id}\ndata: ${data}\n\n`);
  const body = fc
    .tuple(
      fc.constantFrom('', '', '\ufeff'),
      fc.array(
        fc.oneof(
          event,
          fc.array(fc.tuple(line, end).map(([text, ending]) => text + ending)).map((lines) => lines.join('')),
        ),
      ),
    )
    .map(([mark, parts]) => `${mark}${parts.join('')}\n`);

  /** An event of nothing but empty lines of data is none here. */
  function expected(text: string) {
    const messages: string[] = [];
    let id: string | undefined;
    let retryMs: number | undefined;
    const parser = createParser({
      onEvent: (each) => {
        if (each.data !== '') messages.push(each.data);
        id = each.id ?? id;
      },
      onRetry: (ms) => {
        retryMs = ms;
      },
    });
    parser.feed(text.replace(/^\ufeff/, ''));
    return { messages, id, retryMs };
  }

  test('the same events come of any body, cut anywhere', () => {
    fc.assert(
      fc.property(body, fc.array(fc.nat(), { maxLength: 8 }), (text, places) => {
        const reader = plain();
        const { messages, fault, digested } = read(reader, cutAt(Buffer.from(text), places));
        const { messages: due, retryMs } = expected(text);
        expect(fault).toBeUndefined();
        expect(messages).toEqual(due);
        expect(digested).toBe(due.map((each) => `${each}\n`).join(''));
        expect(reader.retryMs).toBe(retryMs);
      }),
      { numRuns: 1000 },
    );
  });

  test('the same id is gone on from, where every event has data', () => {
    const whole = fc.array(
      fc.tuple(word, fc.boolean()).map(([id, has]) => `${has ? `id: ${id}\n` : ''}data: x\n\n`),
    );
    fc.assert(
      fc.property(whole, fc.array(fc.nat(), { maxLength: 4 }), (events, places) => {
        const reader = plain();
        read(reader, cutAt(Buffer.from(events.join('')), places));
        expect(reader.lastEventId).toBe(expected(events.join('')).id ?? '');
      }),
      { numRuns: 500 },
    );
  });
});

describe('what a Tidemark server sends', () => {
  const welcome = 'id: -1\nretry: 1000\nevent: welcome\ndata: {"type":"welcome"}\n\n';

  test('is one batch a read, as it is digested', () => {
    const { messages, seqs, batches, digested } = read(speaking(), [sent(0, 200)]);
    expect(messages).toEqual(texts(0, 200));
    expect(seqs).toEqual(Array.from({ length: 200 }, (_, i) => i));
    expect(batches).toBe(1);
    expect(digested).toBe(
      texts(0, 200)
        .map((text) => `${text}\n`)
        .join(''),
    );
  });

  test('comes the same, byte by byte', () => {
    const bytes = Buffer.concat([Buffer.from(welcome), sent(0, 20), Buffer.from(':\n\n'), sent(20, 30)]);
    const { messages, fault } = read(
      speaking(),
      cutAt(
        bytes,
        Array.from({ length: bytes.length }, (_, i) => i),
      ),
    );
    expect(fault).toBeUndefined();
    expect(messages).toEqual(['\x1e{"type":"welcome"}', ...texts(0, 30)]);
  });

  test('is gone on from where it broke off', () => {
    const reader = plain();
    read(reader, ['id: -1\nretry: 1000\n\n']);
    expect(reader.lastEventId).toBe('-1');
    read(reader, [sent(0, 3), 'id: 3\ndata: {"seq"']);
    expect(reader.lastEventId).toBe('2');
    expect(reader.retryMs).toBe(1000);
  });

  test.each([
    ['without an id', 'data: {"seq":1}\n\n', 'an event came without an id, and its message has the seq 1'],
    [
      'with the id before',
      'id: 0\ndata: {"seq":1}\n\n',
      'an event has the id "0", and its message has the seq 1',
    ],
    [
      'with an id in another form',
      'id: 01\ndata: {"seq":1}\n\n',
      'an event has the id "01", and its message has the seq 1',
    ],
    [
      'with CR LF and no id',
      'data: {"seq":1}\r\n\r\n',
      'an event came without an id, and its message has the seq 1',
    ],
    ['without a seq', 'id: 1\ndata: {}\n\n', 'an event has the id "1", and no seq'],
  ])('%s, is told, and the message is given', (_, event, reason) => {
    const { messages, fault } = read(speaking(), ['id: 0\ndata: {"seq":0}\n\n', event, sent(2, 3)]);
    expect(messages).toHaveLength(2);
    expect(fault).toEqual({ code: 1002, reason });
    expect(read(plain(), [event]).fault).toBeUndefined();
  });
});

describe('what is too large, or no text', () => {
  const large = (bytes: number) => 'x'.repeat(bytes);
  const fault = { code: 1009, reason: 'an event is larger than 1024 bytes' };

  test('a message may be as large as the limit, and no larger', () => {
    for (const id of ['', 'id: 1\n']) {
      expect(read(plain(), [`${id}data: ${large(1024)}\n\n`]).messages).toHaveLength(1);
      expect(read(plain(), [`${id}data: ${large(1025)}\n\n`])).toMatchObject({ messages: [], fault });
    }
  });

  test.each([
    ['a line that does not end', ['data: ', ...Array<string>(3).fill(large(500))]],
    ['many lines', Array<string>(12).fill(`data: ${large(100)}\n`)],
    ['a comment', [`:${large(2000)}`]],
  ])('%s', (_, parts) => {
    expect(read(plain(), parts).fault).toEqual(fault);
  });

  test('an id goes back in a header', () => {
    expect(read(plain(), [`id: ${large(33)}\n`]).fault).toEqual({
      code: 1009,
      reason: 'the id of an event is larger than 32 bytes',
    });
  });

  test.each([
    ['plain', 'id: 2\ndata: '],
    ['other', 'event: x\ndata: '],
  ])('text that is not UTF-8, in a %s event, ends the body there', (_, head) => {
    const broken = Buffer.concat([Buffer.from(head), Buffer.of(0xff), Buffer.from('\n\n')]);
    const reader = plain();
    const { messages, fault: found } = read(reader, [Buffer.concat([sent(0, 2), broken, sent(2, 4)])]);
    expect(messages).toEqual(texts(0, 2));
    expect(found).toEqual({ code: 1007, reason: 'a message is not UTF-8' });
    expect(reader.lastEventId).toBe('1'); // whoever comes back misses nothing
  });
});
