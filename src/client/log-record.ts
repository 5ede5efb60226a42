import type { ArrivedMessage } from '../measure/arrival.ts';
import type { Block } from '../measure/finished-block.ts';
import type { Receipt } from '../session/messages.ts';
import { receiptSentence } from '../session/receipt.ts';
import type { RunProgress } from '../session/run/resume-point.ts';
import { jsonLine } from '../wording/json-line.ts';
import { blockFields } from './run/block-fields.ts';
import type { BlockEvent } from './run/client-event.ts';

/** The lines of a block log: NDJSON, a run record first, then one record a block. */

/** The first line: what a later process needs to resume the run. */
export interface RunRecord {
  readonly record: 'run';
  readonly at: string;
  /** Version of the package that wrote it. */
  readonly tidemark: string;
  readonly url: string;
  /** The servers that are dialled in turn behind the first; left out if there are none. */
  readonly other_urls?: readonly string[];
  readonly client: string;
  readonly token: string;
  readonly block: number;
  readonly count: number | null;
  readonly plain: boolean;
  /** Canonical name and id; null from a server that is not Tidemark. */
  readonly stream: string | null;
  readonly stream_id: string | null;
  /** The seq of the run's first message. */
  readonly from: number;
  /** The other settings that its verdict rests on, by name; a missing one has its default. */
  readonly settings?: Readonly<Record<string, string | number | boolean>>;
}

/** One block: the block event's fields, and what a later process needs to know of the blocks before it. */
export interface BlockRecord extends Omit<BlockEvent, 'event'> {
  readonly record: 'block';
  /** When the record was written. */
  readonly at: string;
  /** The server had verified every block up to this one by then. */
  readonly verified_through: number;
  /** How often the run's connection had been re-established by then; left out if never. */
  readonly resumes?: number;
  /** Messages that the run's own check had found wrong by then; left out if none. */
  readonly corrupt?: number;
  /** Messages that it had found foreign, which are not logged; left out if none. */
  readonly foreign?: number;
  /** How many messages the run was to take in all by then; left out if that is what its run record says. */
  readonly run_count?: number;
  /** The URL that it came from; left out if that is the one in the run record. */
  readonly run_url?: string;
  /** The servers behind that one; left out if there are none, or if it is left out. */
  readonly run_other_urls?: readonly string[];
  /** Where a server that is not Tidemark resumes behind it, as `Last-Event-ID`; left out if it has not said. */
  readonly last_event_id?: string;
  readonly messages: readonly MessageRecord[];
}

/** One message: text as it came in `data`, or binary in base64 in `data_base64`. */
export interface MessageRecord {
  readonly seq: number;
  readonly at: string;
  readonly data?: string;
  readonly data_base64?: string;
}

/** The run's state that a block's record carries. */
export interface LoggedProgress extends RunProgress {
  /** Set if the run is to take more than its run record says. */
  readonly runCount?: number | undefined;
  /** Set if the URLs differ from those in the run record. */
  readonly runUrls?: readonly string[] | undefined;
  readonly lastEventId?: string | undefined;
}

/**
 * The line of a block, in pieces that together are JSON and its newline: a block may have more text than a string can
 * hold.
 */
export function* blockLine(
  client: string,
  block: LoggedBlock,
  progress: LoggedProgress,
  at: string,
): Generator<string> {
  const { verifiedThrough, resumes, corrupt, foreign, runCount, runUrls = [], lastEventId = '' } = progress;
  const [runUrl, ...others] = runUrls;
  const fields = {
    record: 'block',
    at,
    ...blockFields(client, block),
    verified_through: verifiedThrough,
    ...(resumes === 0 ? {} : { resumes }),
    ...(corrupt === 0 ? {} : { corrupt }),
    ...(foreign === 0 ? {} : { foreign }),
    ...(runCount === undefined ? {} : { run_count: runCount }),
    ...(runUrl === undefined ? {} : { run_url: runUrl }),
    ...(others.length === 0 ? {} : { run_other_urls: others }),
    ...(lastEventId === '' ? {} : { last_event_id: lastEventId }),
  };
  let piece = `${jsonLine(fields).slice(0, -1)},"messages":[`;
  let separator = '';
  for (const text of messageTexts(block.arrivals?.() ?? block.messages)) {
    piece += separator + text;
    separator = ',';
    if (piece.length < PIECE_CHARACTERS) continue;
    yield piece;
    piece = '';
  }
  yield `${piece}]}\n`;
}

/** A block whose messages can be read without being kept. */
export interface LoggedBlock extends Block {
  arrivals?(): Iterable<ArrivedMessage>;
}

const PIECE_CHARACTERS = 1_048_576;

/** The receipt for a logged block. */
export function receiptOf(record: BlockRecord): Receipt {
  const { client, block, from, to, count, bytes, elapsed_ms, crc32, interrupted } = record;
  const text = receiptSentence(client, block, elapsed_ms);
  return { type: 'receipt', block, from, to, count, bytes, elapsed_ms, crc32, interrupted, text };
}

/** ISO 8601 in UTC, to the microsecond: the block's monotonic clock has a finer resolution than the wall clock. */
export function isoTime(wallMs: number): string {
  const microseconds = Math.round(wallMs * 1000);
  const iso = new Date(Math.floor(microseconds / 1000)).toISOString();
  return `${iso.slice(0, -1)}${String(microseconds % 1000).padStart(3, '0')}Z`;
}

/** Messages that arrived together share a time, which is formatted once. */
function* messageTexts(messages: Iterable<ArrivedMessage>): Generator<string> {
  let atMs = Number.NaN;
  let at = '';
  for (const { seq, payload, text, wallMs } of messages) {
    if (wallMs !== atMs) at = isoTime(wallMs);
    atMs = wallMs;
    const buffer = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
    const data = text
      ? `"data":${jsonLine(buffer.toString())}`
      : `"data_base64":"${buffer.toString('base64')}"`;
    yield `{"seq":${seq},"at":"${at}",${data}}`;
  }
}

/** The payload of a logged message; undefined if it has none. */
export function payloadOf({ data, data_base64 }: MessageRecord): LoggedPayload | undefined {
  if (data !== undefined) return { payload: Buffer.from(data), text: true };
  if (data_base64 !== undefined) return { payload: Buffer.from(data_base64, 'base64'), text: false };
  return undefined;
}

export interface LoggedPayload {
  readonly payload: Uint8Array;
  readonly text: boolean;
}
