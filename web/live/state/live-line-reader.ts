import type { LiveLine } from '../../../src/server/live/live-line.ts';
import { parseJson } from './json.ts';

/**
 * Reads a line of `GET /live`: a fault is told as a sentence. Only what would break the page is checked: the server is the one that
 * the page came from, though maybe of another version.
 */
export function readLiveLine(text: string): LiveLine | string {
  const value = parseJson(text);
  if (!isRecord(value)) return `a line must be an object, got ${excerpt(text)}`;
  const { type } = value;
  if (type !== 'opening' && type !== 'second')
    return `a line must be an opening or a second, got ${excerpt(text)}`;
  const lacking = MEMBERS[type].find(([name, is]) => !is(value[name]));
  if (lacking !== undefined) return `the member ${lacking[0]} of the ${type} can't be used: ${excerpt(text)}`;
  return value as unknown as LiveLine;
}

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === 'string';
const isNumber: Check = (value) => typeof value === 'number' && Number.isFinite(value);
const listOf =
  (...members: readonly (readonly [string, Check])[]): Check =>
  (value) =>
    Array.isArray(value) &&
    value.every((each) => isRecord(each) && members.every(([name, is]) => is(each[name])));

const STREAMS = listOf(
  ['stream', isText],
  ['messages', isNumber],
  ['clients', isNumber],
  ['blocks', isNumber],
);
const MARKS = listOf(['at_ms', isNumber], ['kind', isText], ['text', isText]);
const FEED = listOf(['at_ms', isNumber], ['client', isText], ['text', isText]);
const PRESENCES = listOf(['name', isText], ['stream', isText], ['cursor', isNumber], ['since', isText]);
const MOMENT = [
  ['at_ms', isNumber],
  ['interval_ms', isNumber],
  ['clients', isNumber],
  ['streams', STREAMS],
] as const;

const isTexts: Check = (value) => Array.isArray(value) && value.every(isText);
/** Of a server that serves alone there is none. */
const isMissing: Check = (value) => value === undefined || isTexts(value);

const RECEIPTS = [
  ['verified', isNumber],
  ['mismatched', isNumber],
] as const;

const MEMBERS: Readonly<Record<LiveLine['type'], readonly (readonly [string, Check])[]>> = {
  opening: [
    ['version', isText],
    ['started', isText],
    ...RECEIPTS,
    ['seconds', listOf(...MOMENT)],
    ['marks', MARKS],
    ['feed', FEED],
    ['left', PRESENCES],
  ],
  second: [
    ['missing', isMissing],
    ...MOMENT,
    ...RECEIPTS,
    ['roster', PRESENCES],
    ['marks', MARKS],
    ['feed', FEED],
    ['left', PRESENCES],
  ],
};

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function excerpt(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 79)}…` : text);
}
