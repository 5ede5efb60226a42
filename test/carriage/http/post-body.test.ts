import { describe, expect, test } from 'vitest';
import { PostFault, readPost } from '../../../src/carriage/http/post-body.ts';
import { LIMITS } from '../../../src/session/limits.ts';
import { receiptSentence } from '../../../src/session/receipt.ts';

const RECEIPT = {
  ...{ type: 'receipt', block: 1, from: 0, to: 0, count: 1, bytes: 5, elapsed_ms: 0, crc32: '00000000' },
  ...{ interrupted: false, text: receiptSentence('alice', 1, 0) },
};
const CLOCK = { type: 'clock_request', t1_ms: 1.5 };
const NDJSON = 'application/x-ndjson';

function read(type: string | undefined, body: string | Uint8Array, encoding?: string) {
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
  return readPost({ 'content-type': type, 'content-encoding': encoding }, bytes);
}

const messages = (...all: unknown[]) => ({ messages: all, unknownTypes: [] });

describe('a body is', () => {
  test('a message', () => {
    expect(read('application/json', JSON.stringify(RECEIPT))).toEqual(messages(RECEIPT));
    expect(read('Application/JSON; Charset="utf-8"', ` ${JSON.stringify(CLOCK, null, 2)}\r\n`)).toEqual(
      messages(CLOCK),
    );
  });

  test.each([NDJSON, 'application/jsonl', 'application/ndjson'])('messages, one a line: %s', (type) => {
    const body = `${JSON.stringify(RECEIPT)}\r\n\n \t\r\n${JSON.stringify(CLOCK)}`;
    expect(read(type, body)).toEqual(messages(RECEIPT, CLOCK));
    expect(read(type, '\n')).toEqual(messages());
  });

  test('messages of which some are of unknown types', () => {
    const body = `{"type":"later"}\n${JSON.stringify(CLOCK)}\n{"type":"welcome"}\r\n{"type":"later","x":1}\n`;
    expect(read(NDJSON, body)).toEqual({ messages: [CLOCK], unknownTypes: ['later', 'welcome'] });
    expect(read('application/json', '{"type":"later"}')).toEqual({ messages: [], unknownTypes: ['later'] });
  });

  test('text, as it is', () => {
    expect(read('text/plain', ' {"type":"receipt"}\n')).toBe(' {"type":"receipt"}\n');
    expect(read('text/plain;charset=UTF-8', 'é')).toBe('é');
    expect(read('text/plain', '')).toBe('');
  });
});

describe('a body can not be taken', () => {
  test.each([
    [undefined, 'not one without Content-Type'],
    ['', 'not one without Content-Type'],
    ['image/png', 'not "image/png"'],
    ['text/plain; charset=utf-16', 'not "text/plain; charset=utf-16"'],
    ['x'.repeat(1000), `not "${'x'.repeat(80)}"`],
  ])('of the type %s', (type, sentence) => {
    const fault = read(type, '{}') as PostFault;
    expect([fault.status, fault.sentence]).toEqual([415, expect.stringContaining(sentence)]);
    expect(fault.sentence.length).toBeLessThan(200);
  });

  test('that is compressed', () => {
    expect(read('text/plain', 'x', 'br')).toMatchObject({ status: 415 });
    expect(read('text/plain', 'x', 'Identity')).toBe('x');
  });

  test('that is not UTF-8', () => {
    expect(read('text/plain', Uint8Array.of(0xff))).toEqual(new PostFault(400, 'the body is not UTF-8'));
  });

  test('with white space that JSON does not know', () => {
    expect(read('application/json', '{"type":"later"}\u2028')).toMatchObject({ status: 400 });
    expect(read(NDJSON, '\u00a0\n')).toEqual(new PostFault(400, 'line 1: a control message is not JSON'));
  });

  test('all of it, where a line is wrong', () => {
    const body = `${JSON.stringify(RECEIPT)}\n${JSON.stringify({ ...RECEIPT, count: 0 })}`;
    expect(read(NDJSON, body)).toMatchObject({
      status: 400,
      sentence: expect.stringMatching(/^line 2: receipt: count: /),
    });
  });

  test('with more receipts than may wait, whatever else is in it', () => {
    const receipts = (count: number) => `${JSON.stringify(RECEIPT)}\n`.repeat(count);
    const most = LIMITS.waitingReceipts;
    expect(read(NDJSON, receipts(most) + JSON.stringify(CLOCK))).toMatchObject({
      messages: { length: most + 1 },
    });
    expect(read(NDJSON, receipts(most + 1))).toMatchObject({ status: 413 });
  });
});
