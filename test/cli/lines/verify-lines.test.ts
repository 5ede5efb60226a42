import { expect, test } from 'vitest';
import { captureVerdictLine, differenceText, hintLines } from '../../../src/cli/lines/verify-lines.ts';
import { type CaptureCounts, judgeCapture } from '../../../src/verify/capture-verdict.ts';

const COUNTS: CaptureCounts = {
  ...{ stream: 'users?seed=7', from: 0, counted: true, equal: 'bytes', order: 'sequential' },
  ...{ repeats: 'refuse', framing: 'lines', resembles: null, reserialised: 0, lines: 100, messages: 100 },
  ...{ expected: 100, lost: 0, repeated: 0, reordered: 0, corrupt: 0, foreign: 0 },
};
const line = (counts: Partial<CaptureCounts>) => captureVerdictLine(judgeCapture({ ...COUNTS, ...counts }));
const hints = (counts: Partial<CaptureCounts>) => hintLines(judgeCapture({ ...COUNTS, ...counts })).join();

test('a verdict says how far it goes', () => {
  expect(line({})).toBe('PROVED 100 of 100 messages: lost 0, repeated 0, reordered 0, corrupt 0, foreign 0');
  expect(line({ counted: false })).toContain('PROVED (as far as it goes) 100 of 100 messages: ');
  expect(hints({ counted: false })).toContain('a missing tail was not looked for');
  expect(line({ counted: false, lost: 1 })).toContain('FAILED 99 of 100 messages: lost 1,');
  expect(line({ equal: 'json', order: 'any', repeats: 'allow', from: 1000 })).toContain(
    'PROVED (as JSON, in any order, with repeats) 100 of 100 messages from seq 1,000: ',
  );
});

test('no more messages came than were due, however often some came', () => {
  expect(line({ messages: 130, repeated: 30 })).toContain('FAILED 100 of 100 messages: lost 0, repeated 30');
});

test('what may explain it is said', () => {
  expect(hints({})).toBe('');
  expect(hints({ resembles: 'users?seed=9', corrupt: 100 })).toContain('this looks like users?seed=9');
  expect(hints({ framing: 'concatenated' })).toContain('nothing in between');
  expect(hints({ repeated: 1 })).toContain('--repeats allow');
  expect(hints({ repeated: 1, repeats: 'allow' })).toBe('');
});

test('of a difference the field and the byte are said, and what is not there', () => {
  const difference = { field: 'name', byte: 1051, expected: '"a"', received: '"b"' };
  expect(differenceText(difference)).toBe('name (byte 1,051) should be "a", is "b"');
  expect(differenceText({ ...difference, byte: null })).toBe('name should be "a", is "b"');
  expect(differenceText({ ...difference, field: null, received: '' })).toBe(
    'byte 1,051 should be "a", is nothing',
  );
});

test('messages that are equal as JSON are one or several', () => {
  expect(hints({ corrupt: 1, reserialised: 1 })).toContain(
    'the corrupt message is equal as JSON: --equal json takes it',
  );
  expect(hints({ corrupt: 9, reserialised: 2 })).toContain('2 of the 9 corrupt messages are equal as JSON');
});
