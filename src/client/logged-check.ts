import { SecretSeed } from '../stream/secret-seed.ts';
import { openStream, type Stream } from '../stream/stream.ts';
import { StreamError } from '../stream/stream-error.ts';
import { ExpectedMessages } from '../verify/place/expected-messages.ts';
import type { LoggedCheck } from './log-history.ts';
import type { RunRecord } from './log-record.ts';

/** Compares logged messages with their stream; undefined if that can't be generated here. */
export function loggedCheck(run: RunRecord, secretSeed: Uint8Array | undefined): LoggedCheck | undefined {
  const stream = streamOf(run, secretSeed === undefined ? undefined : new SecretSeed(secretSeed));
  if (stream === undefined) return undefined;
  const expected = new ExpectedMessages(stream);
  return (seq, { payload, text }) => text === stream.text && expected.equals(seq, payload, 0, payload.length);
}

/**
 * The server's stream, if it is the same when generated here; otherwise the one that the run itself checked against.
 */
function streamOf(
  { stream, stream_id, settings }: RunRecord,
  secretSeed: SecretSeed | undefined,
): Stream | undefined {
  const name = stream ?? settings?.['stream'];
  if (typeof name !== 'string') return undefined;
  try {
    const opened = openStream(name, { secretSeed });
    return stream_id === null || stream_id === opened.id ? opened : undefined;
  } catch (error) {
    if (error instanceof StreamError) return undefined;
    throw error;
  }
}
