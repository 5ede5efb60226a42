import {
  closeSync,
  existsSync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, resolve } from 'node:path';
import { StreamError } from '../stream/stream-error.ts';
import { jsonLine } from '../wording/json-line.ts';
import { systemFault } from '../wording/system-fault.ts';
import { UsageError } from '../wording/usage-error.ts';
import { type CheckFor, checkTornStart, type LogHistory, readHistory } from './log-history.ts';
import { LogLock } from './log-lock.ts';
import { blockLine, isoTime, type LoggedBlock, type LoggedProgress, type RunRecord } from './log-record.ts';
import { endOfLastLine } from './log-tail.ts';
import { LogError } from './run/log-error.ts';

/** How durable a line is: `block` waits for the disk with every line, `none` leaves it to the system. */
export type LogSync = 'block' | 'none';

/**
 * A run's log file, which is also its cursor: whatever it holds has been taken, and a run goes on behind it.
 *
 * Each line is written whole before anything else happens (the receipt for a block above all), so a process that
 * is killed leaves complete lines and at most one torn one, which a resumed run drops and fetches again.
 *
 * An error is final: what the file holds then is not known, and a second sync may report a success that is none. So
 * nothing more is written to it.
 *
 * One run at a time has the log (see `LogLock`), and nobody else may touch it meanwhile: before each line, and at the end
 * of the run, it must be the file at its path, and as long as it was left.
 */
export class BlockLog {
  readonly path: string;
  readonly #absolutePath: string;
  readonly #file: number;
  readonly #sync: LogSync;
  /** Undefined for a device or a pipe, which is never read back. */
  readonly #lock: LogLock | undefined;
  #sizeBytes = 0;
  #failure: LogError | undefined;

  /** @throws LogError if it can't be opened, or another run has it */
  private constructor(path: string, flags: 'a' | 'a+', sync: LogSync) {
    this.path = path;
    this.#absolutePath = resolve(path);
    this.#sync = sync;
    this.#file = open(path, flags);
    try {
      this.#lock = fstatSync(this.#file).isFile() ? LogLock.take(path) : undefined;
      this.#sizeBytes = fstatSync(this.#file).size;
    } catch (error) {
      closeSync(this.#file);
      throw error;
    }
  }

  /** Starts a new log. @throws LogError if the file exists and holds anything, another run has it, or it can't be written */
  static create(path: string, sync: LogSync = 'none'): BlockLog {
    const log = new BlockLog(path, 'a', sync);
    try {
      if (log.#sizeBytes > 0)
        throw new LogError(`${path} holds a log already: name another file, or resume its run`, {
          advice: 'resume',
        });
      log.#syncEntry();
      return log;
    } catch (error) {
      log.close();
      throw error;
    }
  }

  /**
   * Opens a log to resume its run, and drops a torn last line.
   *
   * @param checkFor see `readHistory`
   * @returns the run record is undefined if the earlier process never wrote one
   * @throws LogError if there is no such file, another run has it, it can't be read or written, or is not a log
   */
  static resume(path: string, sync: LogSync = 'none', checkFor?: CheckFor): { log: BlockLog } & LogHistory {
    if (!existsSync(path)) throw new LogError(`${path}: there is no log to resume`);
    const log = new BlockLog(path, 'a+', sync);
    try {
      const end = endOfLastLine(log.#file, log.#sizeBytes);
      if (end === 0) checkTornStart(path, log.#file, log.#sizeBytes);
      const history = readHistory(path, log.#file, end, checkFor);
      ftruncateSync(log.#file, end);
      log.#sizeBytes = end;
      log.#syncFile(); // receipts are sent again for lines that may not have been synced yet
      log.#syncEntry();
      return { log, ...history };
    } catch (error) {
      log.close();
      if (error instanceof LogError || error instanceof UsageError || error instanceof StreamError)
        throw error;
      throw new LogError(`${path} can't be read: ${systemFault(error)}`, { cause: error });
    }
  }

  writeRun(run: Omit<RunRecord, 'record' | 'at'>, wallMs: number): void {
    this.#write([`${jsonLine({ record: 'run', at: isoTime(wallMs), ...run })}\n`]);
  }

  writeBlock(client: string, block: LoggedBlock, progress: LoggedProgress, wallMs: number): void {
    this.#write(blockLine(client, block, progress, isoTime(wallMs)));
  }

  /** What happened to the file behind the run's back; undefined if it is intact and in place. */
  fault(): string | undefined {
    if (this.#lock === undefined) return undefined;
    const there = statSync(this.#absolutePath, { throwIfNoEntry: false });
    const mine = fstatSync(this.#file);
    if (there === undefined) return `${this.path} was moved or deleted while the run wrote it`;
    if (there.ino !== mine.ino || there.dev !== mine.dev)
      return `${this.path} was replaced by another file while the run wrote it`;
    if (mine.size === this.#sizeBytes) return undefined;
    return `${this.path} was changed by somebody else while the run wrote it: it has ${mine.size} bytes, and should have ${this.#sizeBytes}`;
  }

  close(): void {
    this.#lock?.release();
    closeSync(this.#file);
  }

  /** Writes a line, given in pieces. */
  #write(line: Iterable<string>): void {
    if (this.#failure !== undefined) throw this.#failure;
    const fault = this.fault();
    if (fault !== undefined) {
      this.#failure = new LogError(fault);
      throw this.#failure;
    }
    try {
      for (const piece of line) this.#writePiece(Buffer.from(piece));
    } catch (error) {
      throw this.#fail('written', error);
    }
    this.#syncFile();
  }

  #writePiece(bytes: Uint8Array): void {
    // A disk that fills up causes a short write first, and an error only on the next.
    for (let offset = 0; offset < bytes.length; ) offset += writeSync(this.#file, bytes, offset);
    this.#sizeBytes += bytes.length;
  }

  #syncFile(): void {
    if (this.#sync === 'none') return;
    try {
      fdatasyncSync(this.#file); // with the size, but without the times of the file
    } catch (error) {
      throw this.#fail('synced to the disk', error);
    }
  }

  /** A file without its directory entry is lost, so its folder is synced, too. */
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
    const message = `${this.path} can't be ${done}: ${systemFault(error)}`;
    this.#failure = new LogError(message, { cause: error });
    return this.#failure;
  }
}

const OWNER_ONLY = 0o600;

function open(path: string, flags: string): number {
  try {
    return openSync(path, flags, OWNER_ONLY); // it holds the token of the client's name
  } catch (error) {
    throw new LogError(`${path} can't be opened: ${systemFault(error)}`, { cause: error });
  }
}
