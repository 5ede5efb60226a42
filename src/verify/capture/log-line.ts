import { LogRecordReader } from './log-record-reader.ts';

/** What a run record says about what was due. */
export interface LoggedRun {
  /** Canonical name and id of the stream; null from a server that is not Tidemark, or if the log does not say. */
  readonly stream: string | null;
  readonly streamId: string | null;
  readonly from: number;
  /** Whether that is only the message that came first, since nobody said where the run began. */
  readonly startIsAssumed: boolean;
  readonly count: number | null;
}

export interface LoggedMessage {
  readonly seq: number;
  readonly payload: Uint8Array;
  readonly text: boolean;
}

const START = new TextEncoder().encode('{"record":"');
/** Bytes that identify a line of a block log. */
export const LOG_LINE_START_BYTES: number = START.length + 1;

/** Whether a line begins like one of a block log, as no message does. */
export function isLogLine(bytes: Uint8Array, start: number, end: number): boolean {
  return end - start > START.length && START.every((byte, index) => bytes[start + index] === byte);
}

/** Reads a line of a block log in parts, for it may have any length, as far as a check of its messages needs it. */
export class LogLineReader {
  readonly #reader: LogRecordReader;

  /** @param onMessage called with each message as it is complete */
  constructor(onMessage: (message: LoggedMessage) => void) {
    this.#reader = new LogRecordReader((value) => {
      const message = messageOf(value as Record<string, unknown>);
      if (message !== undefined) onMessage(message);
      return message !== undefined;
    });
  }

  /** The next bytes [start, end) of the line. */
  push(bytes: Uint8Array, start: number, end: number): void {
    this.#reader.push(bytes, start, end);
  }

  /** The end of the line. @returns the run, for a run record; `damaged` if it is no whole record */
  finish(): LoggedRun | 'block' | 'damaged' {
    const record = this.#reader.finish();
    if (record?.['record'] === 'run') return runOf(record) ?? 'damaged';
    return record?.['record'] === 'block' && Array.isArray(record['messages']) ? 'block' : 'damaged';
  }
}

function runOf({ stream, stream_id, from, count, settings }: Record<string, unknown>): LoggedRun | undefined {
  const streamId = stream_id ?? null;
  if (!isTextOrNull(stream) || !isTextOrNull(streamId)) return undefined;
  if (!isSeq(from) || !(count === null || isSeq(count))) return undefined;
  const said = typeof settings === 'object' && settings !== null && 'from' in settings;
  return { stream, streamId, from, startIsAssumed: stream === null && streamId === null && !said, count };
}

function messageOf({ seq, data, data_base64 }: Record<string, unknown>): LoggedMessage | undefined {
  if (!isSeq(seq)) return undefined;
  if (typeof data === 'string') return { seq, payload: encoder.encode(data), text: true };
  if (typeof data_base64 !== 'string') return undefined;
  try {
    const payload = Uint8Array.from(atob(data_base64), (character) => character.charCodeAt(0));
    return { seq, payload, text: false };
  } catch {
    return undefined; // not base64
  }
}

const encoder = new TextEncoder();

function isSeq(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isTextOrNull(value: unknown): value is string | null {
  return value === null || typeof value === 'string';
}
