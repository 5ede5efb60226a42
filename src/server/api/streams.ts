import { type OfferedParameter, requestOffer } from '../../session/request-offer.ts';
import { STREAM_KINDS } from '../../stream/kinds/stream-kinds.ts';
import { type StreamOffer, streamOffers } from '../../stream/offer.ts';
import type { SecretSeed } from '../../stream/secret-seed.ts';
import { arrayOf, type JsonSchema, objectOf, text } from './json-schema.ts';

const PARAMETER: JsonSchema = {
  description: 'A parameter of a name of this kind.',
  type: 'object',
  properties: {
    name: text('As it stands in the query. No unit.'),
    type: text('What its values are: `shape` is sizes with commas in between. No unit.', {
      enum: ['integer', 'number', 'choice', 'shape'],
    }),
    default: text('What it is if it is not given, as it would stand in the query.'),
    minimum: { description: 'The least value of an integer.', type: 'integer' },
    maximum: { description: 'The largest value of an integer.', type: 'integer' },
    choices: arrayOf('All values of a choice.', { type: 'string' }),
  },
  required: ['name', 'type', 'default'],
  additionalProperties: false,
};

export const STREAMS_SCHEMA: JsonSchema = {
  title: 'Streams',
  ...objectOf('What a server offers, as `GET /streams` says it.', {
    streams: arrayOf(
      'Every kind of stream.',
      objectOf('A kind of stream.', {
        kind: text('Which kind. No unit.', { enum: STREAM_KINDS }),
        summary: text('What it sends, in a sentence. No unit.'),
        parameters: arrayOf(
          'The parameters of a name. Which there are may hang on a choice: these are those of the default.',
          PARAMETER,
        ),
        name: text('The canonical name of the one that is meant by the kind alone. No unit.'),
        example: text('Path and query of another one, below the base path. No unit.', { pattern: '^/' }),
      }),
    ),
    request: arrayOf(
      'The parameters that go with every stream: which of its messages, how fast, and for whom.',
      objectOf('A parameter of a request.', {
        name: text('As it stands in the query. No unit.'),
        values: text('What it may be, in words.'),
        default: {
          description: 'What it is if it is not given; null is nothing, or made up by the server.',
          type: ['string', 'null'],
        },
      }),
    ),
  }),
};

/** The defaults for what a request leaves out. */
export interface StreamDefaults {
  readonly seed: number;
  readonly secretSeed: SecretSeed | undefined;
  readonly ratePerSecond: number;
}

/** What `STREAMS_SCHEMA` describes. */
export interface OfferedStreams {
  readonly streams: readonly StreamOffer[];
  readonly request: readonly OfferedParameter[];
}

export function offeredStreams({ seed, secretSeed, ratePerSecond }: StreamDefaults): OfferedStreams {
  const streams = streamOffers(seed, secretSeed).map((offer) => ({ ...offer, example: `/${offer.example}` }));
  return { streams, request: requestOffer(ratePerSecond) };
}
