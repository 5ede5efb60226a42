import { type StreamReference, streamReference } from '../../session/stream-request.ts';
import { badParameter } from '../../stream/stream-error.ts';

/** A stream as it is given on a command line, and what was due of it. */
export interface StreamArgument {
  readonly name: string;
  readonly from: number | undefined;
  readonly count: number | undefined;
}

/**
 * Takes a stream's name, or the URL that it was asked for by, with or without its host: what that says of `from` and
 * `count` holds unless the options say otherwise.
 *
 * @throws StreamError for what is no such name or URL
 */
export function streamArgument(
  text: string,
  options: { from?: number | undefined; count?: number | undefined },
): StreamArgument {
  const { name, from, count }: StreamReference = streamReference(text);
  if (from === 'live' && options.from === undefined) {
    throw badParameter('from', 'the seq of the first message, which --from can say', 'live');
  }
  return { name, from: options.from ?? (from === 'live' ? undefined : from), count: options.count ?? count };
}
