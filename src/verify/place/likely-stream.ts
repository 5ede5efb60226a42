import { openStream, type Stream } from '../../stream/stream.ts';
import { parseBounded } from '../capture/bounded-json.ts';

/** A message that is wrong. */
export interface Sample {
  readonly seq: number;
  readonly payload: Uint8Array;
}

const SEEDS = 1000;
/** The most bytes of messages to make while searching. */
const MOST_BYTES = 33_554_432;
const LEAST_SEEDS = 10;

/**
 * Finds the stream that all of these messages belong to: the expected one under another small seed, or one of another
 * kind with few parameters. Undefined if there is none.
 */
export function likelyStream(expected: Stream, samples: readonly Sample[]): string | undefined {
  const [first] = samples;
  if (first === undefined) return undefined;
  const affordable = Math.floor(MOST_BYTES / (first.payload.length + 1));
  const seeds = Math.max(LEAST_SEEDS, Math.min(SEEDS, affordable));
  for (const name of new Set([nameWithoutSeed(expected.name), ...namesByContent(first)])) {
    for (let seed = 0; seed < seeds; seed++) {
      const stream = openedStream(`${name}seed=${seed}`);
      if (stream === undefined) break;
      if (stream.name === expected.name) continue;
      if (samples.every(({ seq, payload }) => stream.equals(seq, payload))) return stream.name;
    }
  }
  return undefined;
}

/** `arrays?shape=4&` of `arrays?shape=4&seed=7`. */
function nameWithoutSeed(name: string): string {
  const [kind = '', query = ''] = name.split('?');
  const parameters = query
    .split('&')
    .filter((parameter) => parameter !== '' && !parameter.startsWith('seed='));
  return `${kind}?${parameters.map((parameter) => `${parameter}&`).join('')}`;
}

/** Streams that a message's own fields suggest. */
function namesByContent({ payload }: Sample): string[] {
  const value = parseBounded(payload);
  if (typeof value !== 'object' || value === null) return [];
  if ('email' in value) return ['users?'];
  if ('data' in value) return [`bytes?size=${payload.length}&`];
  if (!('dtype' in value && 'shape' in value && Array.isArray(value.shape))) return [];
  const name = `arrays?dtype=${String(value.dtype)}&shape=${value.shape.map(String).join(',')}&`;
  return [name, `${name}dist=normal&`, `${name}dist=exponential&`];
}

function openedStream(name: string): Stream | undefined {
  try {
    return openStream(name);
  } catch {
    return undefined; // no such parameters together
  }
}
