import type { Verified } from './messages.ts';

/** An answer as nearly all are written to a client that has not asked for the time: there are thousands a second. */
const PLAIN = /^\u001e\{"type":"verified","block":([1-9]\d{0,14})\}$/;

/** An answer that is written plainly; undefined for any other text, which is to be read as JSON. */
export function readPlainVerified(text: string): Verified | undefined {
  const block = PLAIN.exec(text)?.[1];
  return block === undefined ? undefined : { type: 'verified', block: Number(block) };
}
