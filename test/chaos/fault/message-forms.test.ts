import { describe, expect, test } from 'vitest';
import { frameOf } from '../../../src/carriage/websocket/frame/frame-writer.ts';
import { FaultSchedule } from '../../../src/chaos/fault/fault-schedule.ts';
import { parseFaultSpec } from '../../../src/chaos/fault/fault-spec.ts';
import { FaultyAnswers } from '../../../src/chaos/fault/faulty-answers.ts';
import type { FaultStep } from '../../../src/chaos/fault/faulty-messages.ts';

const MESSAGES = Array.from({ length: 40 }, (_, seq) => `{"seq":${seq},"name":"Zoë J. ${'x'.repeat(seq)}"}`);

/** How a carriage frames messages, and how they are found again. */
interface Form {
  readonly head: string;
  readonly first: Uint8Array;
  readonly frame: (message: string, seq: number) => Uint8Array;
  readonly messages: (body: Buffer) => string[];
}

const text = (said: string) => Buffer.from(said);
const HTTP = 'HTTP/1.1 200 OK\r\nTidemark-Welcome: {}\r\nTransfer-Encoding: chunked\r\n';
const LINES: Form = {
  head: `${HTTP}Content-Type: application/x-ndjson\r\n\r\n`,
  first: text(''),
  frame: (message) => text(`${message}\n`),
  messages: (body) => body.toString().split('\n').slice(0, -1),
};
const EVENTS: Form = {
  head: `${HTTP}Content-Type: text/event-stream; charset=utf-8\r\n\r\n`,
  first: text('event: welcome\nid: -1\nretry: 1000\ndata: {"type":"welcome"}\n\n:\n\n'),
  frame: (message, seq) => text(`id: ${seq}\ndata: ${message}\n\n`),
  messages: (body) =>
    body
      .toString()
      .split(/\n\n+/)
      .flatMap((event) => (event.startsWith('event: ') ? [] : (/^data: (.*)$/m.exec(event)?.[1] ?? []))),
};
const RETURNS: Form = {
  ...EVENTS,
  frame: (message, seq) => text(`id: ${seq}\r\ndata: ${message}\r\n\r\n`),
  messages: (body) => EVENTS.messages(text(body.toString().replaceAll(/\r\n?/g, '\n'))),
};
const FRAMES: Form = {
  head: 'HTTP/1.1 101 Switching Protocols\r\n\r\n',
  first: frameOf(0x81, text('\u001e{"type":"welcome"}')),
  frame: (message) => frameOf(0x81, text(message)),
  messages: (body) => {
    const found: string[] = [];
    for (let at = 0; at < body.length; ) {
      const short = body[at + 1] ?? 0;
      const [start, size] = short === 126 ? [at + 4, body.readUInt16BE(at + 2)] : [at + 2, short];
      found.push(body.toString('utf8', start, start + size));
      at = start + size;
    }
    return found.filter((each) => !each.startsWith('\u001e'));
  },
};

/** The body as chunks of so many bytes, as a proxy may have cut it anew. */
function chunked(
  body: Uint8Array,
  chunkBytes: number,
  end = '0\r\nTidemark-Close: 1000 done\r\n\r\n',
): Buffer {
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < body.length; at += chunkBytes) {
    const chunk = body.subarray(at, at + chunkBytes);
    chunks.push(text(`${chunk.length.toString(16)}\r\n`), chunk, text('\r\n'));
  }
  return Buffer.concat([...chunks, text(end)]);
}

/** @returns the body of a whole response, and what stands behind its last chunk */
function unchunked(bytes: Buffer): { body: Buffer; trailers: string } {
  const parts: Buffer[] = [];
  for (let at = 0; ; ) {
    const line = bytes.indexOf('\r\n', at);
    const size = Number.parseInt(bytes.toString('latin1', at, line), 16);
    if (size === 0) return { body: Buffer.concat(parts), trailers: bytes.toString('latin1', line + 2) };
    expect(size).toBeGreaterThan(0);
    parts.push(bytes.subarray(line + 2, line + 2 + size));
    at = line + 2 + size;
    expect(bytes.toString('latin1', at, at + 2)).toBe('\r\n');
    at += 2;
  }
}

function harmed(chaos: string, form: Form, { cutBytes = 65_536, chunkBytes = 100 } = {}) {
  const body = Buffer.concat([form.first, ...MESSAGES.map(form.frame)]);
  const isChunked = form !== FRAMES;
  const bytes = Buffer.concat([text(form.head), isChunked ? chunked(body, chunkBytes) : body]);
  const answers = new FaultyAnswers(() => new FaultSchedule(parseFaultSpec(chaos), 1));
  const steps: FaultStep[] = [];
  for (let at = 0; at < bytes.length; at += cutBytes) {
    steps.push(...answers.push(bytes.subarray(at, at + cutBytes)));
  }
  const out = Buffer.concat([
    ...steps.flatMap((step) => (step.step === 'bytes' ? [step.bytes] : [])),
    answers.finish(),
  ]);
  const told = steps.flatMap((step) => (step.step === 'told' ? [`${step.fault} ${step.message}`] : []));
  expect(out.toString('latin1', 0, form.head.length)).toBe(form.head);
  const rest = out.subarray(form.head.length);
  const { body: came, trailers } = isChunked ? unchunked(rest) : { body: rest, trailers: '' };
  if (isChunked) expect(trailers).toBe('Tidemark-Close: 1000 done\r\n\r\n');
  expect(came.subarray(0, form.first.length).equals(form.first)).toBe(true);
  return { messages: form.messages(came), told, body: came.toString() };
}

const FORMS: [string, Form][] = [
  ['lines', LINES],
  ['events', EVENTS],
  ['events with CR LF', RETURNS],
];

describe.each(FORMS)('harm to %s', (_, form) => {
  test.each([
    '',
    'drop=@5',
    'repeat=@5',
    'swap=@5',
    'flip=@5',
    'truncate=@5',
    'swap=@40',
    'flip=100%',
    'truncate=100%',
    'drop=20%,repeat=20%,swap=20%,flip=20%,truncate=20%,seed=3',
  ])('is that to frames, message for message: %j', (chaos) => {
    const expected = harmed(chaos, FRAMES);
    const came = harmed(chaos, form);
    expect(came.messages).toEqual(expected.messages);
    expect(came.told).toEqual(expected.told);
    expect(came.told.length > 0).toBe(chaos !== '');
  });

  test('is the same however the bytes are cut, and the chunks', () => {
    const chaos = 'drop=20%,repeat=20%,swap=20%,flip=20%,truncate=20%,seed=3';
    const whole = harmed(chaos, form);
    for (const cutBytes of [1, 2, 3, 5, 7, 11, 16, 33, 64, 99, 128, 500]) {
      expect(harmed(chaos, form, { cutBytes, chunkBytes: 1 + ((cutBytes * 7) % 90) })).toEqual(whole);
    }
  });
});

describe.each([
  ['events', EVENTS],
  ['events with CR LF', RETURNS],
])('harm to the id of one of %s', (_, form) => {
  const event = Buffer.from(form.frame(MESSAGES[4] ?? '', 4)).toString();
  test.each([
    ['no-id=@5', event.replace(/^id: 4\r?\n/, '')],
    ['same-id=@5', event.replace('id: 4', 'id: 3')],
  ])('is to nothing else: %s', (chaos, expected) => {
    const { body, messages, told } = harmed(chaos, form);
    expect(messages).toEqual(MESSAGES);
    expect(body).toBe(harmed('', form).body.replace(event, expected));
    expect(told).toEqual([chaos.replace('=@', ' ')]);
  });
});

test('the first event of all comes with the id before it', () => {
  expect(harmed('same-id=@1', EVENTS).body).toContain(`id: -1\ndata: ${MESSAGES[0]}\n`);
});

test.each([
  ['lines', LINES],
  ['frames', FRAMES],
])('of %s, which have no ids, none is harmed, and nothing is told', (_, form) => {
  const { messages, told } = harmed('no-id=100%,same-id=100%', form);
  expect(messages).toEqual(MESSAGES);
  expect(told).toEqual([]);
});

describe('what is no stream passes unharmed', () => {
  const LINE = '{"type":"verified"}\n';
  const through = (chaos: string, bytes: string) => {
    const answers = new FaultyAnswers(() => new FaultSchedule(parseFaultSpec(chaos), 1));
    const out = answers.push(text(bytes)).flatMap((step) => (step.step === 'bytes' ? [step.bytes] : []));
    return Buffer.concat([...out, answers.finish()]).toString();
  };
  test.each([
    [
      'an answer to receipts',
      `HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\nContent-Length: 20\r\n\r\n${LINE}`,
    ],
    ['a refusal', `HTTP/1.1 404 Not Found\r\nContent-Type: application/x-ndjson\r\n\r\n${LINE}`],
    ['a page', `HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n${LINE}`],
    [
      'a compressed body',
      `HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Encoding: gzip\r\n\r\ndata: x\n\n`,
    ],
  ])('%s', (_, answer) => {
    expect(through('drop=100%', answer)).toBe(answer);
  });

  test('and a stream that comes behind it on the same connection does not', () => {
    const before = `HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcHTTP/1.1 204 No Content\r\n\r\n${HTTP}\r\n3\r\nabc\r\n0\r\n\r\n`;
    const head = 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n';
    expect(through('drop=@2', `${before}${head}data: a\n\ndata: b\n\ndata: c\n\n`)).toBe(
      `${before}${head}data: a\n\ndata: c\n\n`,
    );
  });

  test('nor what follows a chunk that is none', () => {
    const broken = `${HTTP}Content-Type: application/x-ndjson\r\n\r\n4\r\nabc\n\r\nnone\r\n`;
    expect(through('', broken)).toBe(broken);
  });
});

test.each([
  [
    'an event of another server may have a type',
    'event: tick\ndata: 1\n\nevent: tick\ndata: 2\n\n',
    'event: tick\ndata: 2\n\n',
  ],
  ['a mark before all is no part of the first', '\ufeffdata: 1\n\ndata: 2\n\n', '\ufeffdata: 2\n\n'],
  ['CR alone ends lines', 'data: 1\r\rdata: 2\r\r', 'data: 2\r\r'],
  ['an event of several lines is one', 'data: 1\ndata: 1\n\ndata: 2\n\n', 'data: 2\n\n'],
  [
    'what has no data is none',
    ':\n\nid: 7\n\nretry: 5\ndata:\n\ndata: 1\n\n',
    ':\n\nid: 7\n\nretry: 5\ndata:\n\n',
  ],
])('%s', (_, body, expected) => {
  const head = 'HTTP/1.0 200 OK\r\nContent-Type: text/event-stream\r\n\r\n';
  const answers = new FaultyAnswers(() => new FaultSchedule(parseFaultSpec('drop=@1'), 1));
  const out = [...text(head + body)].flatMap((byte) => answers.push(Uint8Array.of(byte)));
  const bytes = out.flatMap((step) => (step.step === 'bytes' ? [step.bytes] : []));
  expect(Buffer.concat([...bytes, answers.finish()]).toString()).toBe(head + expected);
});

test('a stream is closed with a code as far as its carriage can say one', () => {
  const closing = (head: string) => {
    const answers = new FaultyAnswers(() => new FaultSchedule(parseFaultSpec(''), 1));
    answers.push(text(head));
    return Buffer.from(answers.closing(1012)).toString('latin1');
  };
  expect(closing(FRAMES.head)).toBe('\x88\x02\x03\xf4');
  expect(closing(EVENTS.head)).toBe('0\r\nTidemark-Close: 1012\r\n\r\n');
  expect(closing('HTTP/1.0 200 OK\r\nContent-Type: text/event-stream\r\n\r\n')).toBe('');
  expect(closing('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n')).toBe('');
});
