import { leadingSeq } from '../stream/seq-prefix.ts';
import { LAST_SEQ, type Stream } from '../stream/stream.ts';
import { StreamError } from '../stream/stream-error.ts';
import { UsageError } from '../wording/usage-error.ts';
import { MAXIMUM_MESSAGE_BYTES, parseBounded } from './capture/bounded-json.ts';
import { CaptureReader } from './capture/capture-reader.ts';
import {
  isLogLine,
  LOG_LINE_START_BYTES,
  type LoggedMessage,
  type LoggedRun,
  LogLineReader,
} from './capture/log-line.ts';
import { type CaptureVerdict, judgeCapture } from './capture-verdict.ts';
import { type Difference, firstDifference } from './difference/difference.ts';
import { hexOf, shortened, textOf } from './difference/excerpt.ts';
import { jsonDifference } from './difference/json-equality.ts';
import { memberThereTwice } from './difference/repeated-member.ts';
import { type Finding, type FindingKind, FindingRanges } from './finding.ts';
import { type DueRange, dueRange } from './place/due-range.ts';
import { ExpectedMessages } from './place/expected-messages.ts';
import type { likelyStream } from './place/likely-stream.ts';
import { PlaceByContent } from './place/place-by-content.ts';
import { resembles } from './place/resemblance.ts';
import { SeenSeqs } from './place/seen-seqs.ts';
import { WrongStart } from './place/wrong-start.ts';

/** What was due, and what counts as right. */
export interface CaptureTerms {
  /** The first seq that was due. @default what a block log says, else 0 */
  readonly from?: number | undefined;
  /** How many messages were due. @default what a block log says, else as far as the capture goes */
  readonly count?: number | undefined;
  /** `json` takes a message that is the same JSON value in other bytes. @default 'bytes' */
  readonly equal?: 'bytes' | 'json' | undefined;
  /** `any` reports messages out of order without counting them as a fault. @default 'sequential' */
  readonly order?: 'sequential' | 'any' | undefined;
  /** `allow` reports messages that arrived before without counting them as a fault. @default 'refuse' */
  readonly repeats?: 'refuse' | 'allow' | undefined;
}

/** How far ahead of all others a damaged message's seq is believed. */
const HORIZON_SEQS = 10_000_000;
/** Bytes of a damaged log line that are kept to be shown. */
const SHOWN_BYTES = 320;

/**
 * Checks a capture against the stream that it should be of: bytes in, findings out as soon as they are certain, and a
 * verdict at the end. Lines are placed by their seqs, so they may come in any order.
 */
export class CaptureChecker {
  readonly #stream: Stream;
  readonly #terms: CaptureTerms;
  readonly #expected: ExpectedMessages;
  readonly #reader: CaptureReader;
  readonly #ranges: FindingRanges;
  #due: DueRange;
  #seen: SeenSeqs;
  /** For a log whose start is only assumed: the lowest seq so far. */
  #assumedStart: number | undefined;
  readonly #places: PlaceByContent;
  /** The log line being read, and its beginning. */
  #logLine: { readonly reader: LogLineReader; readonly shown: string } | undefined;
  #line = 0;
  #messages = 0;
  readonly #counts: Record<Exclude<FindingKind, 'lost'>, number> = {
    repeated: 0,
    reordered: 0,
    corrupt: 0,
    foreign: 0,
  };
  /** Messages that are equal as JSON but not byte for byte. */
  #reserialised = 0;
  readonly #wrongStart: WrongStart;

  /**
   * @param likely finds the stream that wrong messages belong to
   * @throws UsageError for a `from` or `count` that the stream does not have
   */
  constructor(
    stream: Stream,
    terms: CaptureTerms,
    tell: (finding: Finding) => void,
    likely?: typeof likelyStream,
  ) {
    this.#wrongStart = new WrongStart(likely);
    this.#stream = stream;
    this.#terms = terms;
    this.#expected = new ExpectedMessages(stream);
    this.#ranges = new FindingRanges(tell);
    const { text } = stream;
    const sizeBytes = stream.message(0).length;
    this.#places = new PlaceByContent(stream, sizeBytes);
    this.#reader = new CaptureReader(
      { text, sizeBytes },
      {
        message: (payload) => this.#takeUnplaced(payload),
        line: (...line) => this.#takeLine(...line),
        skip: (bytes, start) => this.#takeRun(bytes, start),
        parts: {
          startBytes: LOG_LINE_START_BYTES,
          isOne: isLogLine,
          take: (...part) => this.#takeLogPart(...part),
          end: () => this.#endLogLine(),
        },
      },
    );
    this.#due = dueRange(terms.from ?? 0, terms.count);
    this.#seen = this.#emptySeen();
  }

  /**
   * Takes a chunk of the capture, split anywhere.
   *
   * @throws StreamError for a log of another stream, CaptureError for a form that is not read
   */
  push(chunk: Uint8Array): void {
    this.#reader.push(chunk);
  }

  /** The end of the capture. @throws as `push` does */
  finish(): CaptureVerdict {
    this.#reader.finish();
    this.#ranges.finish();
    const { leastEnd, counted } = this.#due;
    const from = this.#assumedStart ?? this.#due.from;
    const end = Math.max(leastEnd - this.#due.from + from, this.#seen.end);
    this.#seen.finish(end);
    return judgeCapture({
      stream: this.#stream.name,
      from,
      counted,
      equal: this.#terms.equal ?? 'bytes',
      order: this.#terms.order ?? 'sequential',
      repeats: this.#terms.repeats ?? 'refuse',
      framing: this.#reader.framing,
      resembles: this.#wrongStart.likelyStream(this.#stream) ?? null,
      reserialised: this.#reserialised,
      lines: this.#line,
      messages: this.#messages,
      expected: end - from,
      lost: this.#seen.missing - (from - this.#due.from) + (end - this.#seen.end),
      ...this.#counts,
    });
  }

  /** The fast path of a good capture: whole runs of messages, in order. */
  #takeRun(bytes: Uint8Array, start: number): number {
    const next = this.#seen.end;
    if (next >= this.#due.end) return 0;
    const matched = this.#expected.matchRun(next, bytes, start);
    if (next + matched.count > this.#due.end) return 0;
    for (let seq = next; seq < next + matched.count; seq++) this.#seen.add(seq);
    this.#line += matched.count;
    this.#messages += matched.count;
    if (matched.count > 0) this.#wrongStart.addRight();
    return matched.bytes;
  }

  #takeLine(bytes: Uint8Array, start: number, end: number, tooLong: boolean): void {
    this.#line++;
    if (start === end) return;
    if (tooLong) {
      this.#foreign(`a line of at most ${MAXIMUM_MESSAGE_BYTES} bytes`, textOf(bytes, start, end));
    } else if (this.#stream.text) {
      this.#takeText(bytes, start, end);
    } else {
      this.#foreign('a line of a block log: this stream is binary', textOf(bytes, start, end));
    }
  }

  #takeLogPart(bytes: Uint8Array, start: number, end: number): void {
    if (this.#logLine === undefined) {
      this.#line++;
      const reader = new LogLineReader((message) => this.#takeLogged(message));
      this.#logLine = { reader, shown: textOf(bytes, start, Math.min(end, start + SHOWN_BYTES)) };
    }
    this.#logLine.reader.push(bytes, start, end);
  }

  #endLogLine(): void {
    const line = this.#logLine;
    this.#logLine = undefined;
    const record = line?.reader.finish() ?? 'damaged';
    if (record === 'damaged') this.#foreign('a whole record of a block log', line?.shown ?? '');
    else if (record !== 'block') this.#takeLoggedRun(record);
  }

  #takeLoggedRun({ stream, streamId, from, startIsAssumed, count }: LoggedRun): void {
    checkLoggedStream(this.#stream, stream, streamId);
    if (this.#messages > 0) return this.#dueAfterAll(from, count ?? undefined);
    const { from: said, count: due = count ?? undefined } = this.#terms;
    const asked = said ?? this.#terms.count;
    if (asked === undefined && startIsAssumed) this.#assumedStart = from;
    const first = this.#assumedStart === undefined ? (said ?? from) : 0;
    this.#due = this.#openEnded(dueRange(first, due));
    this.#seen = this.#emptySeen();
  }

  #takeLogged({ seq, payload, text }: LoggedMessage): void {
    if (text !== this.#stream.text) {
      this.#foreign(`a ${text ? 'binary' : 'text'} message`, textOf(payload, 0, payload.length));
    } else if (text) {
      this.#takeText(payload, 0, payload.length);
    } else {
      this.#takeBinary(seq, payload);
    }
  }

  /** A log's run record that is not its first line: what was due is known only after messages have come. */
  #dueAfterAll(from: number, count: number | undefined): void {
    if (this.#terms.from === undefined && from !== this.#due.from)
      throw new UsageError(
        'missing_option',
        'from',
        (nameOf) =>
          `${nameOf('from')} must be given, since the log's run record, which says ${from}, is not its first line`,
      );
    if (this.#terms.count !== undefined || count === undefined) return;
    this.#due = this.#openEnded(dueRange(this.#due.from, count));
  }

  /** A run may have been resumed for more messages than its record says, so only the user's count bounds it. */
  #openEnded(due: DueRange): DueRange {
    return this.#terms.count === undefined ? { ...due, end: LAST_SEQ + 1 } : due;
  }

  #takeText(bytes: Uint8Array, start: number, end: number): void {
    const seq = leadingSeq(bytes, start, end);
    if (seq === undefined || !this.#isDue(seq) || !this.#expected.equals(seq, bytes, start, end)) {
      this.#keepSample(seq, bytes, start, end);
      return this.#takeOther(bytes.subarray(start, end), seq);
    }
    this.#good(seq);
  }

  #takeBinary(seq: number, payload: Uint8Array): void {
    if (!this.#isDue(seq)) return this.#notDue(seq);
    if (this.#expected.equals(seq, payload, 0, payload.length)) return this.#good(seq);
    this.#keepSample(seq, payload, 0, payload.length);
    this.#corrupt(seq, () => firstDifference(this.#expected.payload(seq), payload, false));
  }

  /** A message without a seq: it is the next one, unless it is found elsewhere. */
  #takeUnplaced(payload: Uint8Array): void {
    this.#line++;
    const next = this.#seen.end;
    const { from, end } = this.#due;
    const seq = this.#places.find(payload, next, from, end);
    if (seq !== undefined) this.#good(seq);
    else if (2 * payload.length < this.#expected.payload(from).length)
      this.#foreign('a .npy message', hexOf(payload));
    else this.#takeBinary(next, payload);
  }

  /** If no message is right, the capture may be of another stream. */
  #keepSample(seq: number | undefined, bytes: Uint8Array, start: number, end: number): void {
    if (seq !== undefined && this.#wrongStart.wants) this.#wrongStart.addWrong(seq, bytes.slice(start, end));
  }

  /** A line that is not, byte for byte, a message that is due. */
  #takeOther(line: Uint8Array, leading: number | undefined): void {
    const value = parseBounded(line);
    const claimed = leading ?? seqOf(value);
    const due = claimed !== undefined && this.#isDue(claimed);
    if (due && value !== undefined) {
      const expected = parseBounded(this.#expected.payload(claimed));
      const difference = jsonDifference(expected, value) ?? memberThereTwice(line, value);
      if (difference === undefined) {
        this.#reserialised++;
        this.#wrongStart.addRight();
      }
      if (this.#terms.equal === 'json') {
        if (difference === undefined) return this.#good(claimed);
        if (claimed <= this.#seen.end) return this.#corrupt(claimed, () => difference);
      }
    }
    for (const candidate of [claimed, this.#seen.end]) {
      if (candidate === undefined || !this.#isDue(candidate) || !this.#resembles(candidate, line)) continue;
      return this.#corrupt(candidate, () => firstDifference(this.#expected.payload(candidate), line, true));
    }
    if (due && value !== undefined && claimed < this.#seen.end + HORIZON_SEQS) {
      return this.#corrupt(claimed, () => firstDifference(this.#expected.payload(claimed), line, true));
    }
    if (claimed !== undefined && !due) return this.#notDue(claimed);
    this.#foreign('a message of the stream', textOf(line, 0, line.length));
  }

  /** Whether a damaged line is mostly message `seq`, or its beginning. */
  #resembles(seq: number, line: Uint8Array): boolean {
    const isNext = seq === this.#seen.end;
    const near = isNext || seq < this.#seen.end + HORIZON_SEQS;
    return resembles(this.#expected.payload(seq), line, isNext ? undefined : seq, near);
  }

  #good(seq: number): void {
    this.#messages++;
    this.#wrongStart.addRight();
    if (this.#assumedStart !== undefined && seq < this.#assumedStart) this.#assumedStart = seq;
    const late = seq < this.#seen.end;
    if (!this.#seen.add(seq)) this.#fault('repeated', seq);
    else if (late) this.#fault('reordered', seq);
  }

  #corrupt(seq: number, difference: () => Difference): void {
    this.#messages++;
    if (!this.#seen.add(seq)) this.#fault('repeated', seq);
    this.#fault('corrupt', seq, difference);
  }

  #notDue(seq: number): void {
    const { from, end } = this.#due;
    const due =
      from === end ? 'nothing, since no message was due' : `a seq from ${from} to ${end - 1}, which were due`;
    this.#foreign(due, `seq ${seq}`);
  }

  #foreign(expected: string, received: string): void {
    this.#fault('foreign', null, () => ({ field: null, byte: null, expected, received }));
  }

  #fault(
    kind: Exclude<FindingKind, 'lost'>,
    seq: number | null,
    difference: () => Difference | null = () => null,
  ): void {
    this.#counts[kind]++;
    this.#ranges.add(kind, seq, this.#line, difference);
  }

  #isDue(seq: number): boolean {
    return seq >= this.#due.from && seq < this.#due.end;
  }

  #emptySeen(): SeenSeqs {
    return new SeenSeqs(this.#due.from, (from, to) => {
      const first = Math.max(from, this.#assumedStart ?? 0);
      if (first <= to) this.#ranges.lost(first, to);
    });
  }
}

/** @throws StreamError for a log of another stream, or of one that differs in this version */
function checkLoggedStream(expected: Stream, name: string | null, id: string | null): void {
  if (name !== null && name !== expected.name) {
    throw new StreamError('bad_parameter', `this is a log of ${shortened(name)}, not of ${expected.name}`);
  }
  if (name !== null && id !== null && id !== expected.id) {
    const ids = `its id is ${shortened(id)}, and here ${expected.id}`;
    throw new StreamError(
      'bad_parameter',
      `this is a log of ${expected.name} as another version of Tidemark makes it: ${ids}`,
    );
  }
}

/** The seq of a message whose JSON was reserialised. */
function seqOf(value: unknown): number | undefined {
  if (typeof value !== 'object' || value === null || !('seq' in value)) return undefined;
  const { seq } = value;
  return Number.isSafeInteger(seq) && (seq as number) >= 0 ? (seq as number) : undefined;
}
