import { ByteComparison } from '../../stream/program/byte-comparison.ts';
import type { EncodedMessages } from '../../stream/segment/encoded-messages.ts';
import { leadingSeq } from '../../stream/seq-prefix.ts';
import { LAST_SEQ, type Stream } from '../../stream/stream.ts';

/** About how many bytes of messages are cached. */
const KEPT_BYTES = 67_108_864;
const SEGMENT_BYTES = 65_536;
const MAXIMUM_SPAN = 4096;
/** Messages made one by one that are cached. */
const KEPT_SINGLES = 4;
/** Slots that remember which message of a segment was asked for last. */
const ASKED_SEGMENTS = 4096;

/** Consecutive messages as they are digested: text with a newline behind each. */
interface ExpectedRun extends EncodedMessages {
  readonly firstSeq: number;
}

/**
 * The messages that a stream should have, made again on demand: in runs where neighbours are asked for too, one by one
 * where they arrive in no order at all.
 */
export class ExpectedMessages {
  readonly stream: Stream;
  readonly #comparison = new ByteComparison();
  readonly #span: number;
  readonly #maximumRuns: number;
  readonly #runs = new Map<number, ExpectedRun>();
  /** The last message asked for, by segment. Segments share slots, which costs a little time at most. */
  readonly #asked = new Float64Array(ASKED_SEGMENTS).fill(Number.NaN);
  #current: ExpectedRun | undefined;
  /** The last messages that were made one by one. */
  readonly #singles: ExpectedRun[] = [];

  constructor(stream: Stream) {
    this.stream = stream;
    const sizeBytes = stream.message(0).length + 1;
    this.#span = Math.max(1, Math.min(MAXIMUM_SPAN, Math.floor(SEGMENT_BYTES / sizeBytes)));
    this.#maximumRuns = Math.max(2, Math.floor(KEPT_BYTES / (sizeBytes * this.#span)));
  }

  /** The payload of message `seq`; valid for as long as the caller keeps it. */
  payload(seq: number): Uint8Array {
    const run = this.#runOf(seq);
    const index = seq - run.firstSeq;
    const newline = this.stream.text ? 1 : 0;
    return run.bytes.subarray(run.offsets[index], (run.offsets[index + 1] ?? 0) - newline);
  }

  /** Whether bytes [start, end) are the payload of message `seq`. */
  equals(seq: number, bytes: Uint8Array, start: number, end: number): boolean {
    const run = this.#keptRunOf(seq);
    if (run === undefined) return this.stream.equals(seq, bytes, start, end);
    const index = seq - run.firstSeq;
    const from = run.offsets[index] ?? 0;
    const to = (run.offsets[index + 1] ?? 0) - (this.stream.text ? 1 : 0);
    return to - from === end - start && this.#comparison.equal(run.bytes, from, bytes, start, to - from);
  }

  /**
   * How many messages from `seq` on the bytes from `start` on hold, as lines that end in LF: all up to the end of a
   * run, or none.
   *
   * @returns how many messages, and how many bytes
   */
  matchRun(seq: number, bytes: Uint8Array, start: number): { count: number; bytes: number } {
    const none = { count: 0, bytes: 0 };
    if (!this.stream.text || leadingSeq(bytes, start, Math.min(bytes.length, start + 32)) !== seq)
      return none;
    const run = this.#runOf(seq);
    const index = seq - run.firstSeq;
    const from = run.offsets[index] ?? 0;
    const sizeBytes = run.bytes.length - from;
    if (sizeBytes > bytes.length - start || !this.#comparison.equal(run.bytes, from, bytes, start, sizeBytes))
      return none;
    return { count: run.count - index, bytes: sizeBytes };
  }

  #runOf(seq: number): ExpectedRun {
    const kept = this.#keptRunOf(seq);
    if (kept !== undefined) return kept;
    // Lines that are no messages are each compared with the one that is due next, and with the one that they name.
    const known = this.#singles.find(({ firstSeq }) => firstSeq === seq);
    if (known !== undefined) return known;
    const single = { firstSeq: seq, ...this.stream.digested(seq, 1) };
    this.#singles.unshift(single);
    if (this.#singles.length > KEPT_SINGLES) this.#singles.pop();
    return single;
  }

  /** The run that holds message `seq`, if it is cached or worth making. */
  #keptRunOf(seq: number): ExpectedRun | undefined {
    const current = this.#current;
    if (current !== undefined && seq >= current.firstSeq && seq < current.firstSeq + current.count)
      return current;
    const segment = Math.floor(seq / this.#span);
    const known = this.#runs.get(segment);
    if (known === undefined && !this.#isWorthIt(segment, seq)) return undefined;
    const run = known ?? this.#make(segment);
    this.#runs.delete(segment);
    this.#runs.set(segment, run);
    this.#current = run;
    return run;
  }

  #make(segment: number): ExpectedRun {
    for (const oldest of this.#runs.keys()) {
      if (this.#runs.size < this.#maximumRuns) break;
      this.#runs.delete(oldest);
    }
    const firstSeq = segment * this.#span;
    const count = Math.min(this.#span, LAST_SEQ - firstSeq + 1);
    return { firstSeq, ...this.stream.digested(firstSeq, count) };
  }

  /**
   * Whether to make the whole segment for message `seq`. It pays only if neighbours are asked for: made one by one,
   * messages take hardly longer.
   */
  #isWorthIt(segment: number, seq: number): boolean {
    const slot = segment % ASKED_SEGMENTS;
    const follows = this.#asked[slot] === seq - 1;
    this.#asked[slot] = seq;
    return follows;
  }
}
