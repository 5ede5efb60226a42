import { closeSync, existsSync, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import type { Block } from '../measure/block-timer.ts';
import type { ResumePoint } from '../protocol/resume-point.ts';
import { LogError } from './log-error.ts';
import { checkTornStart, readHistory } from './log-history.ts';
import { isoTime, type RunRecord, recordOf } from './log-record.ts';
import { endOfLastLine } from './log-tail.ts';

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
    if (fstatSync(this.#file).size > 0) throw new LogError(`${this.path}: another run has begun to write it`);
    this.#write({ record: 'run', at: isoTime(wallMs), ...run });
  }

  writeBlock(client: string, block: Block, verifiedThrough: number, wallMs: number): void {
    this.#write(recordOf(client, block, verifiedThrough, isoTime(wallMs)));
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

function open(path: string, flags: string): number {
  try {
    return openSync(path, flags, OWNER_ONLY); // it holds the token of the client's name
  } catch (error) {
    throw new LogError(`${path} can't be opened: ${(error as Error).message}`, { cause: error });
  }
}
