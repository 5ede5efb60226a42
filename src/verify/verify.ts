import { CaptureChecker, type CaptureTerms } from '../capture/capture-checker.ts';
import type { CaptureVerdict } from '../capture/capture-verdict.ts';
import type { Finding } from '../capture/finding.ts';
import { openStream, type Stream } from '../stream/stream.ts';
import { badParameter } from '../stream/stream-error.ts';

export interface VerifyOptions extends CaptureTerms {
  /** Told of every range of messages, or of lines, that is wrong, as soon as it is sure. It must not throw. */
  readonly onFinding?: (finding: Finding) => void;
}

/**
 * Checks a capture, from any relay and in any order, against the stream that it should be of. Its memory does not
 * grow with the capture.
 *
 * @param stream the stream, or its name, as in `users?seed=7`
 * @param capture NDJSON, one message a line, or a block log; bytes or text, cut anywhere
 * @throws TypeError for a chunk that is neither bytes nor text; StreamError for a bad name, `from` or `count`, or a block log of another stream; and what `capture` throws
 */
export async function verify(
  stream: string | Stream,
  capture: AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>,
  options: VerifyOptions = {},
): Promise<CaptureVerdict> {
  const { equal = 'bytes', order = 'sequential' } = options;
  if (equal !== 'bytes' && equal !== 'json') throw badParameter('equal', 'bytes or json', String(equal));
  if (order !== 'sequential' && order !== 'any')
    throw badParameter('order', 'sequential or any', String(order));
  const opened = typeof stream === 'string' ? openStream(stream) : stream;
  const checker = new CaptureChecker(opened, options, options.onFinding ?? (() => {}));
  const encoder = new TextEncoder();
  for await (const chunk of capture) {
    if (typeof chunk === 'string') checker.push(encoder.encode(chunk));
    else if (chunk instanceof Uint8Array) checker.push(chunk);
    else
      throw new TypeError(
        `a capture is made of bytes or text, got ${chunk === null ? 'null' : typeof chunk}`,
      );
  }
  return checker.finish();
}
