import { readSync } from 'node:fs';
import { SequenceTally } from '../measure/sequence-tally.ts';
import type { Receipt } from '../session/messages.ts';
import type { ResumePoint } from '../session/run/resume-point.ts';
import { check } from '../session/schema.ts';
import { crc32Hex, digestMessage } from '../stream/digest.ts';
import { LogRecordReader } from '../verify/capture/log-record-reader.ts';
import { type BlockRecord, type LoggedPayload, payloadOf, type RunRecord, receiptOf } from './log-record.ts';
import { blockRecord, messageRecord, runRecord } from './log-record-schema.ts';
import { LogError } from './run/log-error.ts';

/** What a log says about its run. */
export interface LogHistory {
  /** With the count and URL requested last; undefined if the process never wrote one. */
  readonly run: RunRecord | undefined;
  /** The URLs that the run began with. */
  readonly firstUrls: readonly string[] | undefined;
  readonly point: ResumePoint | undefined;
  /** Where a server that does not speak Tidemark resumes behind the last block; undefined if it has not said. */
  readonly lastEventId?: string | undefined;
}

/** Whether a logged message is message `seq` of the run's stream. */
export type LoggedCheck = (seq: number, message: LoggedPayload) => boolean;
/** What a run's messages can be compared with; undefined if they can't be generated here. */
export type CheckFor = (run: RunRecord) => LoggedCheck | undefined;

const RUN_RECORD_START = '{"record":"run"';
const BYTE_ORDER_MARK = Buffer.of(0xef, 0xbb, 0xbf);
const CHUNK_BYTES = 1_048_576;
const NEWLINE = 0x0a;
/** JSON of one message: 64 MiB of payload, with every byte of it escaped. */
const MAXIMUM_MESSAGE_BYTES = 536_870_000;
const SHOWN_CHARACTERS = 60;
/** A character has at most four bytes. */
const SHOWN_BYTES = 4 * (SHOWN_CHARACTERS + 1);

/**
 * Reads a log whose last complete line ends at `end`, and checks all of it, since a run may resume only from an intact
 * log. Every record adjoins the one before it, its data matches its digest, and its messages are those of the stream,
 * if that can be generated here. Memory holds one message, and the receipts that were not answered.
 *
 * @throws LogError that names the line or the block
 */
export function readHistory(
  path: string,
  file: number,
  end: number,
  checkFor: CheckFor = () => undefined,
): LogHistory {
  const history = new HistoryReader(path, checkFor);
  const chunk = Buffer.alloc(CHUNK_BYTES);
  for (let at = markBytes(file); at < end; ) {
    const read = readSync(file, chunk, 0, Math.min(chunk.length, end - at), at);
    if (read === 0) throw new LogError(`${path} became shorter while it was read`);
    history.push(chunk.subarray(0, read));
    at += read;
  }
  return history.finish();
}

/** A file without one complete line is a log only if it holds the beginning of a run record. */
export function checkTornStart(path: string, file: number, sizeBytes: number): void {
  const at = markBytes(file);
  const start = Buffer.alloc(Math.min(Math.max(0, sizeBytes - at), RUN_RECORD_START.length));
  readSync(file, start, 0, start.length, at);
  if (RUN_RECORD_START.startsWith(start.toString())) return;
  throw new LogError(`${path} is not a Tidemark log: it begins with ${shown(start.toString())}`);
}

/** An editor may have put a byte order mark in front. */
function markBytes(file: number): number {
  const start = Buffer.alloc(BYTE_ORDER_MARK.length);
  readSync(file, start, 0, start.length, 0);
  return start.equals(BYTE_ORDER_MARK) ? start.length : 0;
}

/** Takes the bytes of a log in parts, and assembles its history. */
class HistoryReader {
  readonly #path: string;
  readonly #checkFor: CheckFor;
  #check: LoggedCheck | undefined;
  #run: RunRecord | undefined;
  #tally: SequenceTally = new SequenceTally(0);
  #last: BlockRecord | undefined;
  /** How many messages the run was to take, as last requested. */
  #runCount: number | null = null;
  /** The URLs used last. */
  #runUrls: readonly string[] | undefined;
  #messages = 0;
  #unanswered: Receipt[] = [];
  /** The number of messages that differ from the stream, and the block of the first of them. */
  #wrong = 0;
  #wrongBlock: number | undefined;
  /** The reader of the current line. */
  #line: LogRecordReader = this.#newLine();
  #start = Buffer.alloc(0);
  #count = 0;
  #crc32 = 0;

  constructor(path: string, checkFor: CheckFor) {
    this.#path = path;
    this.#checkFor = checkFor;
  }

  push(bytes: Buffer): void {
    for (let at = 0; at < bytes.length; ) {
      const newline = bytes.indexOf(NEWLINE, at);
      const end = newline < 0 ? bytes.length : newline;
      const room = SHOWN_BYTES - this.#start.length;
      if (room > 0) this.#start = Buffer.concat([this.#start, bytes.subarray(at, Math.min(end, at + room))]);
      this.#line.push(bytes, at, end);
      if (newline >= 0) this.#endLine();
      at = end + 1;
    }
  }

  finish(): LogHistory {
    const run = this.#run;
    if (run === undefined) return { run: undefined, firstUrls: undefined, point: undefined };
    const last = this.#last;
    const verifiedThrough = last?.verified_through ?? 0;
    if (this.#wrongBlock !== undefined && this.#wrongBlock <= verifiedThrough)
      throw this.#altered(this.#wrongBlock);
    const { other_urls = [], ...first } = run;
    const firstUrls = [run.url, ...other_urls];
    const [url = run.url, ...others] = this.#runUrls ?? firstUrls;
    const point: ResumePoint = {
      streamId: run.stream_id ?? undefined,
      stream: run.stream ?? undefined,
      firstSeq: this.#tally.first,
      nextSeq: last === undefined ? run.from : last.to + 1,
      nextBlock: last === undefined ? 1 : last.block + 1,
      messages: this.#messages,
      tally: this.#tally,
      verifiedThrough,
      resumes: last?.resumes ?? 0,
      corrupt: last?.corrupt ?? 0,
      foreign: last?.foreign ?? 0,
      // A server that gives no proof verifies nothing: there is no receipt to send again.
      unanswered:
        run.stream_id === null ? [] : this.#unanswered.filter(({ block }) => block > verifiedThrough),
    };
    return {
      run: { ...first, count: this.#runCount, url, ...(others.length === 0 ? {} : { other_urls: others }) },
      firstUrls,
      point,
      lastEventId: last?.last_event_id,
    };
  }

  #newLine(): LogRecordReader {
    return new LogRecordReader((message) => this.#takeMessage(message), MAXIMUM_MESSAGE_BYTES);
  }

  #endLine(): void {
    const record = this.#line.finish();
    const line = this.#start.toString();
    if (record === undefined)
      throw new LogError(`${this.#path} holds a line that is no whole record: ${shown(line)}`);
    if (this.#run === undefined) this.#takeRun(record);
    else this.#takeBlock(record, line);
    this.#line = this.#newLine();
    this.#start = Buffer.alloc(0);
    this.#count = 0;
    this.#crc32 = 0;
  }

  #takeRun(record: unknown): void {
    const checked = check(runRecord, record);
    if ('fault' in checked)
      throw new LogError(`${this.#path} is not a Tidemark log: its first line is no run record`);
    this.#run = checked.value;
    const { from, stream_id, settings } = this.#run;
    this.#runCount = this.#run.count;
    this.#tally = new SequenceTally(from, stream_id === null && settings?.['from'] === undefined);
    this.#check = this.#checkFor(this.#run);
  }

  #takeMessage(value: unknown): boolean {
    const checked = check(messageRecord, value);
    if ('fault' in checked) return false;
    const { seq } = checked.value;
    const message = payloadOf(checked.value);
    if (message === undefined) return false;
    this.#count++;
    this.#crc32 = digestMessage(message.payload, message.text, this.#crc32);
    this.#tally.add(seq);
    if (this.#check?.(seq, message) === false) this.#wrong++;
    return true;
  }

  #takeBlock(record: unknown, line: string): void {
    const checked = check(blockRecord, record);
    if ('fault' in checked)
      throw new LogError(`${this.#path} holds a line that is no block record: ${shown(line)}`);
    const block = checked.value;
    // Written by other software, with its fields in another order: its messages were kept with the rest.
    for (const message of block.messages) this.#takeMessage(message);
    this.#checkJoin(block);
    const whole = this.#count === block.count && crc32Hex(this.#crc32) === block.crc32;
    if (!whole || this.#tally.next !== block.to + 1) throw this.#altered(block.block);
    this.#messages += this.#count;
    this.#checkWrong(block);
    this.#last = block;
    this.#runCount = block.run_count ?? this.#runCount;
    const { run_url, run_other_urls = [] } = block;
    this.#runUrls = run_url === undefined ? undefined : [run_url, ...run_other_urls];
    this.#unanswered.push(receiptOf(block));
    while ((this.#unanswered[0]?.block ?? Number.POSITIVE_INFINITY) <= block.verified_through)
      this.#unanswered.shift();
  }

  /** Blocks adjoin, in their numbers and in their seqs. */
  #checkJoin({ block, from }: BlockRecord): void {
    const due = (this.#last?.block ?? 0) + 1;
    const dueFrom = this.#last === undefined ? (this.#run?.from ?? 0) : this.#last.to + 1;
    if (block === due && from === dueFrom) return;
    const missing = `block ${due} from seq ${dueFrom} is missing`;
    throw new LogError(`${this.#path}: ${missing}; block ${block} from seq ${from} comes instead`);
  }

  /**
   * A message that differs from the stream may have arrived so: then the run knew, by its own check, or the server has
   * not verified the block. Otherwise it was altered afterwards.
   */
  #checkWrong({ block, corrupt = 0 }: BlockRecord): void {
    if (this.#check === undefined) return;
    if (this.#wrong > 0) this.#wrongBlock ??= block;
    const known = this.#run?.settings?.['verify'] === 'local';
    if (known && corrupt !== this.#wrong) throw this.#altered(block);
  }

  #altered(block: number): LogError {
    return new LogError(`${this.#path}: the messages of block ${block} are not those that were logged`);
  }
}

function shown(line: string): string {
  return JSON.stringify(line.length > SHOWN_CHARACTERS ? `${line.slice(0, SHOWN_CHARACTERS)}…` : line);
}
