import { digestBytes } from '../stream/digest.ts';
import { leadingSeq } from '../stream/seq-prefix.ts';

/**
 * Messages that arrived together, laid out one after another as they are digested: a text payload is followed by a
 * newline, a binary one by nothing. So any run of them is one piece of memory.
 *
 * The sender owns the memory, which is valid only during the call that hands the batch over.
 */
export class MessageBatch {
  readonly bytes: Uint8Array;
  /** Where message i begins; one more entry for the end. */
  readonly offsets: Uint32Array;
  /** The seq that message i begins with (see `leadingSeq`); NaN if there is none, as in binary messages. */
  readonly seqs: Float64Array;
  /** 1 for a text message, 0 for a binary one: the bytes behind its payload. */
  readonly texts: Uint8Array;
  count: number;
  /** The first message that has not been taken yet; whoever takes messages advances it. */
  next = 0;

  /** @param index of the `count` messages in these bytes */
  constructor(
    bytes: Uint8Array,
    index: { readonly offsets: Uint32Array; readonly seqs: Float64Array; readonly texts: Uint8Array },
    count: number,
  ) {
    this.bytes = bytes;
    this.offsets = index.offsets;
    this.seqs = index.seqs;
    this.texts = index.texts;
    this.count = count;
  }

  /** A batch of one message. */
  static of(payload: Uint8Array, text: boolean): MessageBatch {
    return MessageBatch.ofAll([payload], text);
  }

  /** A batch of copies of these payloads, which are all text or all binary. */
  static ofAll(payloads: readonly Uint8Array[], text: boolean): MessageBatch {
    const behind = text ? 1 : 0;
    const offsets = new Uint32Array(payloads.length + 1);
    for (const [i, { length }] of payloads.entries()) offsets[i + 1] = (offsets[i] ?? 0) + length + behind;
    const bytes = new Uint8Array(offsets[payloads.length] ?? 0).fill(NEWLINE);
    for (const [i, payload] of payloads.entries()) bytes.set(payload, offsets[i]);
    const seqs = Float64Array.from(payloads, (payload) => (text ? leadingSeq(payload) : undefined) ?? NaN);
    const texts = new Uint8Array(payloads.length).fill(behind);
    return new MessageBatch(bytes, { offsets, seqs, texts }, payloads.length);
  }

  /** Whether all messages have been taken. */
  get empty(): boolean {
    return this.next >= this.count;
  }

  start(index: number): number {
    return this.offsets[index] ?? 0;
  }

  /** Where the payload ends. */
  end(index: number): number {
    return (this.offsets[index + 1] ?? 0) - (this.texts[index] ?? 0);
  }

  isText(index: number): boolean {
    return this.texts[index] === 1;
  }

  /** Payload bytes of messages [first, end). */
  payloadBytes(first: number, end: number): number {
    let bytes = this.start(end) - this.start(first);
    for (let index = first; index < end; index++) bytes -= this.texts[index] ?? 0;
    return bytes;
  }

  payload(index: number): Uint8Array {
    return this.bytes.subarray(this.start(index), this.end(index));
  }

  /** The seq that message `index` begins with; undefined if there is none. */
  seq(index: number): number | undefined {
    const seq = this.seqs[index] ?? NaN;
    return Number.isNaN(seq) ? undefined : seq;
  }

  /** Extends a CRC-32 by messages [first, end), as digested. */
  digest(first: number, end: number, start: number): number {
    return digestBytes(this.bytes.subarray(this.start(first), this.start(end)), start);
  }
}

const NEWLINE = 0x0a;
