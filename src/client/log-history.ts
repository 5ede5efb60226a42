import { readSync } from 'node:fs';
import type { Receipt } from '../protocol/messages.ts';
import type { ResumePoint } from '../protocol/resume-point.ts';
import { check } from '../protocol/schema.ts';
import { LogError } from './log-error.ts';
import {
  type BlockRecord,
  blockRecord,
  crc32Of,
  type RunRecord,
  receiptOf,
  runRecord,
} from './log-record.ts';
import { firstLine, linesFromEnd } from './log-tail.ts';

/** What a log says of the run that wrote it. */
export interface LogHistory {
  /** Undefined if the process never got as far as to write one. */
  readonly run: RunRecord | undefined;
  readonly point: ResumePoint | undefined;
}

const RUN_RECORD_START = '{"record":"run"';

/**
 * Reads a log whose last complete line ends at `end`, and checks all of it: what a run goes on from must be whole.
 * Every record is joined to the one before it, and its data has its digest.
 *
 * @throws LogError that names the line
 */
export function readHistory(path: string, file: number, end: number): LogHistory {
  const head = firstLine(file, end);
  if (head === undefined) return { run: undefined, point: undefined };
  const checked = check(runRecord, parseLine(path, head));
  if ('fault' in checked)
    throw new LogError(`${path} is not a Tidemark log: its first line is no run record`);
  const run = checked.value;
  const { stream, stream_id, from } = run;
  const unanswered: Receipt[] = [];
  let last: BlockRecord | undefined;
  let later: BlockRecord | undefined;
  let behind: string | undefined; // the line of the file's beginning is the head, and no other that looks like it
  for (const before of linesFromEnd(file, end)) {
    const line = behind;
    behind = before;
    if (line === undefined) continue;
    const block = readBlock(path, line);
    if (later !== undefined) checkJoin(path, block.block, block.to, later);
    last ??= block;
    later = block;
    // A server that gives no proof verifies nothing: there is no receipt to send again.
    if (stream_id !== null && block.block > last.verified_through) unanswered.push(receiptOf(block));
  }
  if (later !== undefined) checkJoin(path, 0, from - 1, later);
  const point: ResumePoint = {
    streamId: stream_id ?? undefined,
    stream: stream ?? undefined,
    firstSeq: from,
    nextSeq: last === undefined ? from : last.to + 1,
    nextBlock: last === undefined ? 1 : last.block + 1,
    verifiedThrough: last?.verified_through ?? 0,
    unanswered: unanswered.reverse(),
  };
  return { run, point };
}

/** A file without one complete line is a log only if what it holds could have become a run record. */
export function checkTornStart(path: string, file: number, sizeBytes: number): void {
  const start = Buffer.alloc(Math.min(sizeBytes, RUN_RECORD_START.length));
  readSync(file, start, 0, start.length, 0);
  if (RUN_RECORD_START.startsWith(start.toString())) return;
  throw new LogError(`${path} is not a Tidemark log: it begins with ${shown(start.toString())}`);
}

function readBlock(path: string, line: string): BlockRecord {
  const checked = check(blockRecord, parseLine(path, line));
  if ('fault' in checked) throw new LogError(`${path} holds a line that is no block record: ${shown(line)}`);
  const block = checked.value;
  if (block.messages.length !== block.count || crc32Of(block) !== block.crc32) {
    throw new LogError(`${path}: the messages of block ${block.block} are not those that were logged`);
  }
  return block;
}

/** Blocks follow each other without a gap, in their numbers and in their seqs. */
function checkJoin(path: string, block: number, to: number, later: BlockRecord): void {
  if (later.block === block + 1 && later.from === to + 1) return;
  const expected = `block ${block + 1} from seq ${to + 1}`;
  throw new LogError(
    `${path}: ${expected} is missing; block ${later.block} from seq ${later.from} comes instead`,
  );
}

function parseLine(path: string, line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new LogError(`${path} holds a line that is not JSON: ${shown(line)}`);
  }
}

function shown(line: string): string {
  return JSON.stringify(line.length > 60 ? `${line.slice(0, 60)}…` : line);
}
