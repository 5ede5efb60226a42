import { quoted } from '../../wording/secrets.ts';
import type { Presence } from '../clients/presence.ts';
import { type Listing, MOST_LISTED } from '../cluster/listing.ts';
import { LEAVE_REASONS } from '../options/server-event.ts';
import { type HttpAnswer, jsonAnswer } from '../request/http-answer.ts';
import { Refusal } from '../request/refusal.ts';
import {
  arrayOf,
  type JsonSchema,
  milliseconds,
  moment,
  type OperationParameter,
  objectOf,
  text,
  whole,
} from './json-schema.ts';

const millisecondsOrNull = (description: string) => milliseconds(description, { type: ['number', 'null'] });

/** In the order of `Presence`. */
const PRESENCE: Readonly<Record<keyof Presence, JsonSchema>> = {
  name: text("The client's name. No unit."),
  stream: text('The canonical name of its stream. No unit.'),
  carriage: text('What it is connected by. No unit.', { enum: ['websocket', 'http'] }),
  from: whole('The seq of the first message of this connection. No unit.'),
  cursor: whole('The seq of the next message that it is sent; the one before has been sent whole. No unit.'),
  rate: {
    description: 'Messages a second, or as fast as it takes them; with a ramp, its last rate.',
    anyOf: [{ type: 'number', exclusiveMinimum: 0 }, { const: 'max' }],
  },
  blocks: whole(
    'Blocks that it has reported on this connection: those that are checked, and those that wait.',
  ),
  verified: whole('Of those, how many were right.'),
  mismatched: whole('Of those, how many were not what was sent.'),
  lag_ms: millisecondsOrNull(
    'How far it is behind its schedule now: how long the next message has been due that its connection has not taken; 0 if none is due. Null at rate max, where nothing is due at a time.',
  ),
  last_block_ms: millisecondsOrNull(
    'From the first to the last message of the block that it reported last, by its own clock. Null before one has been checked.',
  ),
  late_ms: millisecondsOrNull(
    'How late messages are sent: how long after it was due the first message of the last write was handed to the connection. Null before that, and at rate max.',
  ),
  address: {
    description:
      "Its address and port. Null unless the server listens on loopback alone, or the admin's token was brought.",
    type: ['string', 'null'],
  },
  since: moment('When it was connected'),
};

/** Where a client is, if several serve the same clients. */
const WHEREABOUTS: Readonly<Record<'node' | 'worker', JsonSchema>> = {
  node: text('The node that it is connected to. Only where there are several. No unit.'),
  worker: whole('The worker that it is connected to. Only where there are several.'),
};

export const PRESENCE_SCHEMA: JsonSchema = objectOf('A client.', PRESENCE, WHEREABOUTS);

export const DEPARTURE_SCHEMA: JsonSchema = objectOf(
  'A client that is gone.',
  {
    ...PRESENCE,
    reason: text('Why it is gone, as in the event `leave`. No unit.', { enum: LEAVE_REASONS }),
    left: moment('When it left'),
  },
  WHEREABOUTS,
);

/** Which members an answer is without. */
export const MISSING_SCHEMA: JsonSchema = arrayOf(
  'Of several that serve the same clients, those that did not answer in time: what is theirs is left out. Only where there are several.',
  { type: 'string' },
);

export const CLIENTS_SCHEMA: JsonSchema = {
  title: 'Clients',
  ...objectOf(
    'The clients of a server, as `GET /clients` says it.',
    {
      total: whole('How many clients there are, however many are listed.'),
      clients: arrayOf('Those asked for, in the order in which they came, as they are now.', PRESENCE_SCHEMA),
      left: arrayOf('The last 100 that left, the newest first, as they were then.', DEPARTURE_SCHEMA),
    },
    { missing: MISSING_SCHEMA },
  ),
};

export const LIST_PARAMETERS: readonly OperationParameter[] = [
  {
    name: 'offset',
    in: 'query',
    description: 'How many clients to pass over',
    schema: { type: 'integer', minimum: 0, default: 0 },
  },
  {
    name: 'limit',
    in: 'query',
    description: 'How many clients to list at most',
    schema: { type: 'integer', minimum: 0, maximum: MOST_LISTED, default: MOST_LISTED },
  },
];

/** Which clients to list; why not, for a parameter that is bad. */
export function listedBy(query: URLSearchParams): { offset: number; limit: number } | Refusal {
  const offset = wholeOf(query, 'offset', 0, Number.MAX_SAFE_INTEGER);
  if (offset instanceof Refusal) return offset;
  const limit = wholeOf(query, 'limit', MOST_LISTED, MOST_LISTED);
  return limit instanceof Refusal ? limit : { offset, limit };
}

/** @param alone whether there are no other members that could be missing */
export function listingAnswer(
  { total, clients, left, missing }: Listing,
  alone: boolean,
  withAddresses: boolean,
): HttpAnswer {
  const shown = <T extends Presence>(presence: T) =>
    withAddresses ? presence : { ...presence, address: null };
  return jsonAnswer({
    ...{ total, clients: clients.map(shown), left: left.map(shown) },
    ...(alone ? {} : { missing }),
  });
}

function wholeOf(query: URLSearchParams, name: string, fallback: number, most: number): number | Refusal {
  const given = query.get(name);
  if (given === null) return fallback;
  if (/^\d{1,16}$/.test(given) && Number(given) <= most) return Number(given);
  const sentence = `${name} must be an integer from 0 to ${most}, got ${quoted(given)}`;
  return new Refusal({ status: 400, sentence });
}
