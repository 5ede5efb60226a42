import { durationText, paceText, rateText } from '../../../src/wording/figures.ts';
import { countText, NONE } from '../../element/number-text.ts';
import { clockText } from '../clock-text.ts';
import type { RosterKey, RosterValue } from '../state/roster-order.ts';

export interface RosterColumn {
  readonly key: RosterKey;
  readonly heading: string;
  /** What it is in a sentence. */
  readonly meaning: string;
  readonly text: (value: RosterValue) => string;
  readonly isWord?: boolean;
}

const ofNumber = (text: (value: number) => string) => (value: RosterValue) =>
  typeof value === 'number' ? text(value) : NONE;
const count = ofNumber(countText);
const duration = ofNumber(durationText);
const words = { isWord: true, text: String } as const;

/** With as many digits from second to second: 0.999 and 1 are the same rate. */
function steadyRateText(perSecond: number): string {
  return perSecond < 99.95 ? perSecond.toFixed(perSecond < 0.95 ? 2 : 1) : rateText(perSecond);
}

/** Fields as `GET /clients` has them. */
export const ROSTER_COLUMNS: readonly RosterColumn[] = [
  { key: 'name', heading: 'Client', meaning: 'Its name', ...words },
  { key: 'stream', heading: 'Stream', meaning: 'What it takes', ...words },
  {
    ...{ key: 'rate', heading: 'Messages/s', text: ofNumber(steadyRateText) },
    meaning: 'What it took in the last second, and over the last minute',
  },
  {
    ...{ key: 'asked', heading: 'Asked', meaning: 'The rate that it asked for' },
    text: ofNumber((rate) => paceText(rate === Number.POSITIVE_INFINITY ? 'max' : rate)),
  },
  { key: 'cursor', heading: 'Cursor', meaning: 'The seq of the next message that it is sent', text: count },
  {
    key: 'blocks',
    heading: 'Blocks',
    meaning: 'Blocks that it has reported on this connection',
    text: count,
  },
  { key: 'verified', heading: 'Verified', meaning: 'Of those, how many were right', text: count },
  { key: 'wrong', heading: 'Wrong', meaning: 'Of those, how many were not what was sent', text: count },
  {
    key: 'block',
    heading: 'Block time',
    meaning: 'From the first to the last message of its last block',
    text: duration,
  },
  { key: 'lag', heading: 'Lag', meaning: 'How long its next message has been due', text: duration },
  {
    key: 'late',
    heading: 'Late',
    meaning: 'How late its last messages were handed to its connection',
    text: duration,
  },
  {
    ...{ key: 'carriage', heading: 'By', isWord: true, meaning: 'What it is connected by' },
    text: (carriage) => (carriage === 'websocket' ? 'WebSocket' : 'HTTP'),
  },
  {
    ...{ key: 'since', heading: 'Since', meaning: 'When it was connected' },
    text: (since) => clockText(Date.parse(String(since))),
  },
];
