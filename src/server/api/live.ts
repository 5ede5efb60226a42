import { STREAM_KINDS } from '../../stream/kinds/stream-kinds.ts';
import type { CheckedReceipts } from '../clients/counts.ts';
import {
  type FeedLine,
  type LiveOpening,
  type LiveSecond,
  MARK_KINDS,
  type Mark,
  type Moment,
  type StreamMoment,
} from '../live/live-line.ts';
import { DEPARTURE_SCHEMA, MISSING_SCHEMA, PRESENCE_SCHEMA } from './clients.ts';
import { arrayOf, type JsonSchema, milliseconds, moment, objectOf, text, whole } from './json-schema.ts';

type Members<T> = Readonly<Record<keyof Omit<T, 'missing'>, JsonSchema>>;

const sinceEpoch = (description: string) =>
  milliseconds(`${description}, since 1970-01-01T00:00:00Z, by the server's clock.`);
const orNull = (schema: JsonSchema): JsonSchema => ({ anyOf: [schema, { type: 'null' }] });

const STREAM_MOMENT: Members<StreamMoment> = {
  stream: text(
    `The canonical name of the stream. Twelve are counted by themselves; the others together, as ${STREAM_KINDS[0]}… and so on. No unit.`,
  ),
  clients: whole('How many clients it has at the end of the second.'),
  messages: whole('Messages that were handed to connections.'),
  bytes: whole('Bytes of them, as they are framed.'),
  blocks: whole('Receipts that were checked.'),
  mismatched: whole('Of those, how many were not what was sent.'),
  block_ms: orNull(
    objectOf(
      'From the first to the last message of blocks that were right and that no outage cut, within 1 %; 0 if they took less than a microsecond. Null without any.',
      {
        median: milliseconds('The median.'),
        p99: milliseconds('What 99 of 100 took at most.'),
      },
    ),
  ),
};

const MOMENT: Members<Moment> = {
  at_ms: sinceEpoch('The end of the second'),
  interval_ms: milliseconds('How long the second was: about 1,000, and more if the server was busy.'),
  clients: whole('How many clients are connected at its end.'),
  streams: arrayOf('What happened on each stream.', objectOf('A stream in this second.', STREAM_MOMENT)),
};

const FEED_LINE: Members<FeedLine> = {
  at_ms: sinceEpoch('When it came'),
  client: text('Who said it. No unit.'),
  kind: text('A receipt of a block, or free text. No unit.', { enum: ['receipt', 'message'] }),
  text: text('What it said: its first 500 characters. No unit.'),
  verified: {
    description: 'Of a receipt, whether it was right. Null for free text.',
    type: ['boolean', 'null'],
  },
};

const MARK: Members<Mark> = {
  at_ms: sinceEpoch('When'),
  kind: text(
    'The server was `started`; a client came to go on (`resume`), reported what was not sent (`mismatch`), or was `lost`; the server made a `fault`. No unit.',
    { enum: MARK_KINDS },
  ),
  client: { description: 'Which client; null if it is none in particular.', type: ['string', 'null'] },
  text: text('What happened, in words. No unit.'),
};

const feed = (description: string) => arrayOf(description, objectOf('What a client said.', FEED_LINE));
const marks = (description: string) => arrayOf(description, objectOf('What stands out.', MARK));

const RECEIPTS: Members<CheckedReceipts> = {
  verified: whole('Receipts of all clients that were right, since the server began.'),
  mismatched: whole('Receipts of all clients that were not what was sent, since the server began.'),
};

const OPENING: Members<LiveOpening> = {
  type: { const: 'opening' },
  version: text('The version of the server. No unit.'),
  started: moment('When this server began; another moment is another process'),
  chaos: {
    description: 'The faults that it makes on purpose, as given by the option `chaos`; null for none.',
    type: ['string', 'null'],
  },
  dismisses: {
    description: "Whether clients can be asked to leave, with the admin's token.",
    type: 'boolean',
  },
  ...RECEIPTS,
  seconds: arrayOf('The last 300 seconds, the oldest first.', objectOf('A second.', MOMENT)),
  marks: marks('The last 200 marks, the oldest first.'),
  feed: feed('The last 50 lines that clients said, the oldest first.'),
  left: arrayOf('The last 100 clients that left, the newest first.', DEPARTURE_SCHEMA),
};

const SECOND: Members<LiveSecond> = {
  type: { const: 'second' },
  ...MOMENT,
  ...RECEIPTS,
  roster: arrayOf('The first 1,000 clients, in the order in which they came.', PRESENCE_SCHEMA),
  left: arrayOf('Those that left in this second, the oldest first.', DEPARTURE_SCHEMA),
  feed: feed('The last 50 lines of this second, the oldest first.'),
  feed_omitted: whole('How many lines more there were.'),
  marks: marks('The first 20 marks of this second.'),
};

export const LIVE_SCHEMA: JsonSchema = {
  title: 'Live',
  description:
    'A line of `GET /live`: first an opening, which says what has been, then every second what is.',
  oneOf: [
    objectOf('What has been.', OPENING, { missing: MISSING_SCHEMA }),
    objectOf('One second.', SECOND, { missing: MISSING_SCHEMA }),
  ],
};
