import { isUtf8 } from 'node:buffer';
import type { BodyFault, BodyReader } from '../../../src/carriage/http/body-reader.ts';

export const LIMITS = { maximumMessageBytes: 1024, eventIdBytes: 32, isUtf8 };

/** What a reader gives for a body that comes in these parts. */
export interface Read {
  readonly messages: string[];
  /** The seq of each message, as its batch has it. */
  readonly seqs: (number | undefined)[];
  /** What the digest runs over. */
  readonly digested: string;
  readonly batches: number;
  readonly fault: BodyFault | undefined;
}

export function read(reader: BodyReader, parts: readonly (string | Uint8Array)[], ended = false): Read {
  const messages: string[] = [];
  const seqs: (number | undefined)[] = [];
  let digested = '';
  let batches = 0;
  let fault: BodyFault | undefined;
  const give: Parameters<BodyReader['take']>[1] = (batch) => {
    batches++;
    for (let index = batch.next; index < batch.count; index++) {
      messages.push(Buffer.from(batch.payload(index)).toString());
      seqs.push(batch.seq(index));
    }
    digested += Buffer.from(batch.bytes.slice(batch.start(0), batch.start(batch.count))).toString();
  };
  for (const part of parts) {
    fault = reader.take(new Uint8Array(Buffer.from(part as string)), give);
    if (fault !== undefined) break;
  }
  if (ended && fault === undefined) fault = reader.end(give);
  return { messages, seqs, digested, batches, fault };
}

/** A text, cut into parts at these places of its bytes. */
export function cutAt(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const ends = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
  return [...ends, bytes.length].map((end, i) => bytes.slice(ends[i - 1] ?? 0, end));
}
