/**
 * The headers of a message that Tidemark publishes through NATS: which message of which stream it is, and who put it there. They are
 * what a reader, and the next process of the publisher, go by.
 */
export const FEED_HEADERS = {
  /** The stream's canonical name. */
  stream: 'Tidemark-Stream',
  seq: 'Tidemark-Seq',
  /** Which process published it. */
  publisher: 'Tidemark-Publisher',
} as const;

/** Which message of which stream one is, by its headers. */
export interface FeedPlace {
  readonly stream: string;
  readonly seq: number;
  readonly publisher: string;
}

/** Reads the headers; undefined if they are not Tidemark's. */
export function feedPlace(headers: { get(name: string): string } | undefined): FeedPlace | undefined {
  const stream = headers?.get(FEED_HEADERS.stream) ?? '';
  const seq = headers?.get(FEED_HEADERS.seq) ?? '';
  if (headers === undefined || stream === '' || !/^\d{1,16}$/.test(seq)) return undefined;
  if (!Number.isSafeInteger(Number(seq))) return undefined;
  return { stream, seq: Number(seq), publisher: headers.get(FEED_HEADERS.publisher) };
}
