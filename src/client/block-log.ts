import { closeSync, existsSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import type { Block } from '../measure/block-timer.ts';
import type { ResumePoint } from '../protocol/client-session.ts';
import { LogError } from './log-error.ts';
import {
  type BlockHead,
  blockHead,
  blockRecord,
  isoTime,
  type RunRecord,
  receiptOf,
  runRecord,
} from './log-record.ts';
import { endOfLastLine, firstLine, linesFromEnd } from './log-tail.ts';

/**
 * A run's log file, which is also its cursor: whatever it holds has been taken, and a run goes on behind it.
 *
 * Each line is written whole before anything else happens (the receipt for a block above all), so a process that
 * is killed leaves complete lines and at most one torn one, which a resumed run drops and fetches again.
 */
export class BlockLog {
  readonly path: string;
  readonly #file: number;

  private constructor(path: string, file: number) {
    this.path = path;
    this.#file = file;
  }

  /** Starts a new log. @throws LogError if the file exists and holds anything, or can't be written */
  static create(path: string): BlockLog {
    const log = new BlockLog(path, open(path, 'a'));
    if (fstatSync(log.#file).size === 0) return log;
    log.close();
    throw new LogError(`${path} holds a log already: go on with it by --resume, or name another file`);
  }

  /**
   * Opens a log to go on with its run; drops a torn last line.
   *
   * @returns the run record is undefined if the earlier process never got as far as to write one
   * @throws LogError if there is no such file, it can't be read or written, or is not a log
   */
  static resume(path: string): { log: BlockLog; run: RunRecord | undefined; point: ResumePoint | undefined } {
    if (!existsSync(path)) throw new LogError(`${path}: there is no log to resume`);
    const log = new BlockLog(path, open(path, 'a+'));
    try {
      const { size } = fstatSync(log.#file);
      const end = endOfLastLine(log.#file, size);
      if (end === 0) checkTornStart(path, log.#file, size);
      const history = readHistory(path, log.#file, end);
      ftruncateSync(log.#file, end);
      return { log, ...history };
    } catch (error) {
      log.close();
      if (error instanceof LogError) throw error;
      throw new LogError(`${path} can't be read: ${(error as Error).message}`, { cause: error });
    }
  }

  writeRun(run: Omit<RunRecord, 'record' | 'at'>, wallMs: number): void {
    this.#write({ record: 'run', at: isoTime(wallMs), ...run });
  }

  writeBlock(client: string, block: Block, verifiedThrough: number, wallMs: number): void {
    this.#write(blockRecord(client, block, verifiedThrough, isoTime(wallMs)));
  }

  close(): void {
    closeSync(this.#file);
  }

  #write(record: object): void {
    const line = Buffer.from(`${JSON.stringify(record)}\n`);
    try {
      // A disk that fills up shows as a short write first, and as an error only on the next.
      for (let offset = 0; offset < line.length; ) offset += writeSync(this.#file, line, offset);
    } catch (error) {
      throw new LogError(`${this.path} can't be written: ${(error as Error).message}`, { cause: error });
    }
  }
}

const OWNER_ONLY = 0o600;
const RUN_RECORD_START = '{"record":"run"';

function open(path: string, flags: string): number {
  try {
    return openSync(path, flags, OWNER_ONLY); // it holds the token of the client's name
  } catch (error) {
    throw new LogError(`${path} can't be opened: ${(error as Error).message}`, { cause: error });
  }
}

/** Reads the run record, and from the end back to the last block that is known to be verified. */
function readHistory(
  path: string,
  file: number,
  end: number,
): { run: RunRecord | undefined; point: ResumePoint | undefined } {
  const head = firstLine(file, end);
  if (head === undefined) return { run: undefined, point: undefined };
  const run = runRecord.safeParse(parseLine(path, head));
  if (!run.success) throw new LogError(`${path} is not a Tidemark log: its first line is no run record`);
  const { stream, stream_id, from } = run.data;
  const blocks: BlockHead[] = [];
  for (const line of linesFromEnd(file, end)) {
    if (line === head) break;
    const block = blockHead.safeParse(parseLine(path, line));
    if (!block.success) throw new LogError(`${path} holds a line that is no block record: ${shown(line)}`);
    blocks.push(block.data);
    // A server that gives no proof verifies nothing: there is no receipt to send again.
    if (stream_id === null || block.data.block <= verifiedThrough(blocks)) break;
  }
  const [last] = blocks;
  const unanswered = blocks
    .filter(({ block }) => block > verifiedThrough(blocks))
    .reverse()
    .map(receiptOf);
  const point: ResumePoint = {
    streamId: stream_id ?? undefined,
    stream: stream ?? undefined,
    firstSeq: from,
    nextSeq: last === undefined ? from : last.to + 1,
    nextBlock: last === undefined ? 1 : last.block + 1,
    verifiedThrough: verifiedThrough(blocks),
    unanswered: stream_id === null ? [] : unanswered,
  };
  return { run: run.data, point };
}

/** A file without one complete line is a log only if what it holds could have become a run record. */
function checkTornStart(path: string, file: number, sizeBytes: number): void {
  const start = Buffer.alloc(Math.min(sizeBytes, RUN_RECORD_START.length));
  readSync(file, start, 0, start.length, 0);
  if (RUN_RECORD_START.startsWith(start.toString())) return;
  throw new LogError(`${path} is not a Tidemark log: it begins with ${shown(start.toString())}`);
}

/** What the last block's record (which is the first one read) says of the blocks before it. */
function verifiedThrough(blocks: readonly BlockHead[]): number {
  return blocks[0]?.verified_through ?? 0;
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
