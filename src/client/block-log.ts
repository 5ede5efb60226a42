import {
  closeSync,
  existsSync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import type { Block } from '../measure/block-timer.ts';
import { jsonLine } from '../protocol/json-line.ts';
import type { ResumePoint } from '../protocol/resume-point.ts';
import { LogError } from './log-error.ts';
import { checkTornStart, readHistory } from './log-history.ts';
import { isoTime, type RunRecord, recordOf } from './log-record.ts';
import { endOfLastLine } from './log-tail.ts';

/**
 * When what is written is made to last through a power cut: `block` waits for the disk with every line, `none` leaves
 * it to the system.
 */
export type LogSync = 'block' | 'none';

/**
 * A run's log file, which is also its cursor: whatever it holds has been taken, and a run goes on behind it.
 *
 * Each line is written whole before anything else happens (the receipt for a block above all), so a process that
 * is killed leaves complete lines and at most one torn one, which a resumed run drops and fetches again.
 *
 * An error is final: what the file holds then is not known, and a second sync may report a success that is none. So
 * nothing more is written to it.
 */
export class BlockLog {
  readonly path: string;
  readonly #file: number;
  readonly #sync: LogSync;
  #failure: LogError | undefined;

  private constructor(path: string, file: number, sync: LogSync) {
    this.path = path;
    this.#file = file;
    this.#sync = sync;
  }

  /** Starts a new log. @throws LogError if the file exists and holds anything, or can't be written */
  static create(path: string, sync: LogSync = 'none'): BlockLog {
    const log = new BlockLog(path, open(path, 'a'), sync);
    try {
      const { size } = fstatSync(log.#file);
      if (size > 0)
        throw new LogError(`${path} holds a log already: go on with it by --resume, or name another file`);
      log.#syncEntry();
      return log;
    } catch (error) {
      log.close();
      throw error;
    }
  }

  /**
   * Opens a log to go on with its run; drops a torn last line.
   *
   * @returns the run record is undefined if the earlier process never got as far as to write one
   * @throws LogError if there is no such file, it can't be read or written, or is not a log
   */
  static resume(
    path: string,
    sync: LogSync = 'none',
  ): { log: BlockLog; run: RunRecord | undefined; point: ResumePoint | undefined } {
    if (!existsSync(path)) throw new LogError(`${path}: there is no log to resume`);
    const log = new BlockLog(path, open(path, 'a+'), sync);
    try {
      const { size } = fstatSync(log.#file);
      const end = endOfLastLine(log.#file, size);
      if (end === 0) checkTornStart(path, log.#file, size);
      const history = readHistory(path, log.#file, end);
      ftruncateSync(log.#file, end);
      log.#syncFile(); // receipts that are sent again speak of lines that nobody may have synced yet
      log.#syncEntry();
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
    if (this.#failure !== undefined) throw this.#failure;
    const line = Buffer.from(`${jsonLine(record)}\n`);
    try {
      // A disk that fills up shows as a short write first, and as an error only on the next.
      for (let offset = 0; offset < line.length; ) offset += writeSync(this.#file, line, offset);
    } catch (error) {
      throw this.#fail('written', error);
    }
    this.#syncFile();
  }

  #syncFile(): void {
    if (this.#sync === 'none') return;
    try {
      fdatasyncSync(this.#file); // with the size, but without the times of the file
    } catch (error) {
      throw this.#fail('synced to the disk', error);
    }
  }

  /** A file whose name is lost is lost: its folder is synced, too. */
  #syncEntry(): void {
    if (this.#sync === 'none') return;
    try {
      const folder = openSync(dirname(this.path), 'r');
      try {
        fsyncSync(folder);
      } finally {
        closeSync(folder);
      }
    } catch (error) {
      throw this.#fail('entered into its folder for good', error);
    }
  }

  #fail(done: string, error: unknown): LogError {
    const message = `${this.path} can't be ${done}: ${(error as Error).message}`;
    this.#failure = new LogError(message, { cause: error });
    return this.#failure;
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
