import { openStream, type Stream } from '../stream/stream.ts';
import { badOption } from '../wording/usage-error.ts';
import { CaptureChecker, type CaptureTerms } from './capture-checker.ts';
import type { CaptureVerdict } from './capture-verdict.ts';
import type { Finding } from './finding.ts';

export interface VerifyOptions extends CaptureTerms {
  /** Called with every range of messages or lines that is wrong, once it is certain. It must not throw. */
  readonly onFinding?: (finding: Finding) => void;
}

type CaptureChunk = Uint8Array | string;
/** The whole capture, or chunks of it, split anywhere. */
export type Capture = CaptureChunk | AsyncIterable<CaptureChunk> | Iterable<CaptureChunk>;

/**
 * Checks a capture, from any relay and in any order, against the stream that it should be of. Its memory does not grow
 * with the capture.
 *
 * @param stream the stream, or its name, as in `users?seed=7`
 * @param capture NDJSON, one message a line; a block log; or messages with nothing in between
 * @throws TypeError for a capture, or a chunk, of the wrong type; UsageError for a bad option; StreamError for a bad
 *   name, or a block log of another stream; CaptureError for a capture in another form, such as gzip; and whatever
 *   `capture` throws
 */
export async function verify(
  stream: string | Stream,
  capture: Capture,
  options: VerifyOptions = {},
): Promise<CaptureVerdict> {
  const { equal = 'bytes', order = 'sequential', repeats = 'refuse' } = options;
  if (equal !== 'bytes' && equal !== 'json') throw badOption('equal', 'bytes or json', String(equal));
  if (order !== 'sequential' && order !== 'any') throw badOption('order', 'sequential or any', String(order));
  if (repeats !== 'refuse' && repeats !== 'allow')
    throw badOption('repeats', 'refuse or allow', String(repeats));
  const opened = typeof stream === 'string' ? openStream(stream) : stream;
  if (typeof opened?.message !== 'function')
    throw new TypeError(`the stream is a Stream or its name, got ${nameOf(stream)}`);
  const checker = new CaptureChecker(opened, options, options.onFinding ?? (() => {}));
  const encoder = new TextEncoder();
  let half = '';
  for await (const chunk of chunksOf(capture)) {
    if (typeof chunk === 'string') {
      const text = half + chunk;
      // The two halves of a surrogate pair may be in two chunks.
      half = /[\uD800-\uDBFF]$/.test(text) ? text.slice(-1) : '';
      checker.push(encoder.encode(text.slice(0, text.length - half.length)));
    } else if (chunk instanceof Uint8Array) checker.push(chunk);
    else throw new TypeError(`a capture is made of bytes or text, got ${nameOf(chunk)}`);
  }
  checker.push(encoder.encode(half));
  return checker.finish();
}

function chunksOf(capture: Capture): Exclude<Capture, CaptureChunk> {
  if (typeof capture === 'string' || capture instanceof Uint8Array) return [capture];
  const chunks = Object(capture) as object;
  if (Symbol.asyncIterator in chunks || Symbol.iterator in chunks) return capture;
  throw new TypeError(`a capture is bytes or text, or an iterable of them, got ${nameOf(capture)}`);
}

function nameOf(value: unknown): string {
  return value === null ? 'null' : typeof value;
}
