import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { frameOf } from '../../../src/carriage/websocket/frame/frame-writer.ts';
import { FaultSchedule } from '../../../src/chaos/fault/fault-schedule.ts';
import { parseFaultSpec } from '../../../src/chaos/fault/fault-spec.ts';
import { FaultyAnswers } from '../../../src/chaos/fault/faulty-answers.ts';
import type { FaultStep } from '../../../src/chaos/fault/faulty-messages.ts';

const HEAD = Buffer.from('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n');
const TEXT = 0x81;
const text = (payload: string) => Buffer.from(frameOf(TEXT, Buffer.from(payload)));
const messages = (count: number) =>
  Array.from({ length: count }, (_, index) => text(`message ${index + 1} é`));

function through(chaos: string, bytes: Uint8Array, { chunkBytes = bytes.length, stream = 1 } = {}) {
  let streams = stream - 1;
  const frames = new FaultyAnswers(() => new FaultSchedule(parseFaultSpec(chaos), ++streams));
  const steps: FaultStep[] = [];
  for (let at = 0; at < bytes.length; at += chunkBytes)
    steps.push(...frames.push(bytes.subarray(at, at + chunkBytes)));
  const out = steps.flatMap((step) => (step.step === 'bytes' ? [step.bytes] : []));
  const told = steps.flatMap((step) => (step.step === 'told' ? [`${step.fault} ${step.message}`] : []));
  return { out: Buffer.concat([...out, frames.finish()]), told, steps };
}

/** Payloads of unmasked, unfragmented frames. */
function payloads(bytes: Buffer): string[] {
  const found: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const short = bytes[at + 1] ?? 0;
    const [header, size] = short === 126 ? [4, bytes.readUInt16BE(at + 2)] : [2, short];
    found.push(bytes.toString('utf8', at + header, at + header + size));
    at += header + size;
  }
  return found;
}

const run = (chaos: string, frames: Buffer[] = messages(6)) => {
  const { out, told } = through(chaos, Buffer.concat([HEAD, ...frames]));
  expect(out.subarray(0, HEAD.length)).toEqual(HEAD);
  return { received: payloads(out.subarray(HEAD.length)), told };
};
const numbers = (received: string[]) =>
  received.map((payload) => Number(/^message (\d+) é$/.exec(payload)?.[1]));

describe('each fault, at the third message', () => {
  test.each([
    ['drop', [1, 2, 4, 5, 6]],
    ['repeat', [1, 2, 3, 3, 4, 5, 6]],
    ['swap', [1, 2, 4, 3, 5, 6]],
  ])('%s', (fault, expected) => {
    const { received, told } = run(`${fault}=@3`);
    expect(numbers(received)).toEqual(expected);
    expect(told).toEqual([`${fault} 3`]);
  });

  test('swap of the last message lets it go in the end', () => {
    expect(numbers(run('swap=@6').received)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test('flip: one bit, and still UTF-8', () => {
    const { received } = run('flip=@3');
    const [was, is] = [Buffer.from('message 3 é'), Buffer.from(received[2] ?? '')];
    const bits = was.map((byte, index) => byte ^ (is[index] ?? 0)).filter((difference) => difference !== 0);
    expect(bits).toHaveLength(1);
    expect(Math.log2(bits[0] ?? 0) % 1).toBe(0);
    expect(received[2]).not.toContain('\ufffd');
    expect(numbers(received.toSpliced(2, 1))).toEqual([1, 2, 4, 5, 6]);
  });

  test('truncate: a beginning of it, and still UTF-8', () => {
    const { received } = run('truncate=@3');
    expect('message 3 é'.startsWith(received[2] ?? '-')).toBe(true);
    expect(received[2]).not.toBe('message 3 é');
  });

  test('a fault of the path is told before the message', () => {
    const { steps } = through('cut=@3', Buffer.concat([HEAD, ...messages(4)]));
    expect(steps.findIndex(({ step }) => step === 'path')).toBe(3);
  });
});

test('it is the same however the bytes are cut', () => {
  const large = text('x'.repeat(70_000));
  const frames = [
    ...messages(20),
    large,
    Buffer.from([0x89, 0]),
    text('\u001e{"type":"verified"}'),
    ...messages(20),
  ];
  const bytes = Buffer.concat([HEAD, ...frames]);
  const whole = through('drop=20%,flip=10%,repeat=10%', bytes);
  expect(whole.told.length).toBeGreaterThan(3);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 3000 }), (chunkBytes) => {
      const cut = through('drop=20%,flip=10%,repeat=10%', bytes, { chunkBytes });
      expect(cut.out.equals(whole.out)).toBe(true);
      expect(cut.told).toEqual(whole.told);
    }),
    { numRuns: 50 },
  );
});

test.each([
  ['that ends before its status, which a pong completes', '\r\n\r\n\x8a\x06xx 101'],
  [
    'that is too long',
    `HTTP/1.1 101 Switching Protocols\r\n${'X-Padding: 0123456789abcdef\r\n'.repeat(2400)}\r\n`,
  ],
])('a head %s is none, however the bytes are cut', (_, head) => {
  const bytes = Buffer.concat([Buffer.from(head, 'latin1'), ...messages(6)]);
  for (const chunkBytes of [bytes.length, 40_000, 1000, 4]) {
    const { out, told } = through('drop=100%', bytes, { chunkBytes });
    expect(told).toEqual([]);
    expect(out.equals(bytes)).toBe(true);
  }
});

test('an empty text is no control message, whatever follows it', () => {
  const rest = Buffer.concat([Buffer.from([0x1e, 0]), text('last')]);
  const bytes = Buffer.concat([HEAD, text(''), rest]);
  for (const chunkBytes of [bytes.length, 2]) {
    const { out, told } = through('drop=@1', bytes, { chunkBytes });
    expect(told).toEqual(['drop 1']);
    expect(out.subarray(HEAD.length)).toEqual(rest);
  }
});

test('a seed is a schedule: the same again, another for another seed or stream', () => {
  const bytes = Buffer.concat([HEAD, ...messages(200)]);
  const told = (chaos: string, stream = 1) => through(chaos, bytes, { stream }).told.join();
  expect(told('drop=5%,seed=7')).toBe(told('drop=5%,seed=7'));
  expect(told('drop=5%,seed=7')).not.toBe(told('drop=5%,seed=8'));
  expect(told('drop=5%,seed=7')).not.toBe(told('drop=5%,seed=7', 2));
  expect(told('drop=@5', 2)).toBe('');
  expect(told('drop=@5/2', 1)).toBe('');
  expect(told('drop=@5/2', 2)).toBe('drop 5');
});

test.each([
  ['control messages', [text('\u001e{"type":"welcome"}')]],
  ['pings and closes', [Buffer.from([0x89, 0]), Buffer.from([0x88, 2, 3, 232])]],
  ['fragmented messages', [Buffer.from([0x01, 1, 97]), Buffer.from([0x80, 1, 98])]],
])('%s pass unharmed', (_, frames) => {
  const bytes = Buffer.concat([HEAD, ...frames]);
  expect(through('drop=100%', bytes).out).toEqual(bytes);
});

test('what is no stream passes unharmed', () => {
  const bytes = Buffer.concat([Buffer.from('HTTP/1.1 404 Not Found\r\n\r\n'), ...messages(3)]);
  expect(through('drop=100%', bytes).out).toEqual(bytes);
});
