import { closeSync, existsSync, fstatSync, ftruncateSync, openSync, rmSync, writeSync } from 'node:fs';
import { jsonLine } from '../wording/json-line.ts';
import { systemFault } from '../wording/system-fault.ts';
import { UsageError } from '../wording/usage-error.ts';
import type { RunFileRecord } from './record/run-record.ts';
import { RunFileError } from './run-file-error.ts';

/**
 * Writes a run file. All records of a measurement are written at once, so that at most one measurement is cut short.
 */
export class RunWriter {
  readonly #file: number;
  readonly #path: string;
  /** Whether this created the file. */
  readonly #made: boolean;
  #position: number;

  private constructor(path: string, made: boolean, file: number, position: number) {
    this.#path = path;
    this.#made = made;
    this.#file = file;
    this.#position = position;
  }

  /** @throws UsageError if the file holds anything already, RunFileError if it can't be written */
  static create(path: string): RunWriter {
    const writer = RunWriter.#open(path, 'a+');
    if (writer.#position === 0) return writer;
    writer.close();
    throw new UsageError(
      'conflicting_option',
      'out',
      (nameOf) =>
        `${nameOf('out')} ${path} is not empty: go on with it by ${nameOf('resume')}, or name another file`,
    );
  }

  /** Continues after the first `bytes` of a file, and drops what follows them. */
  static resume(path: string, bytes: number): RunWriter {
    const writer = RunWriter.#open(path, 'r+');
    ftruncateSync(writer.#file, bytes);
    writer.#position = bytes;
    return writer;
  }

  write(records: readonly RunFileRecord[]): void {
    let rest = Buffer.from(records.map((record) => `${jsonLine(record)}\n`).join(''));
    try {
      while (rest.length > 0) {
        const written = writeSync(this.#file, rest, 0, rest.length, this.#position);
        this.#position += written;
        rest = rest.subarray(written);
      }
    } catch (error) {
      throw failure(this.#path, 'written', error);
    }
  }

  /** Where the next record begins, in bytes. */
  get position(): number {
    return this.#position;
  }

  /** Removes the file if this created it; otherwise empties it again. */
  discard(): void {
    ftruncateSync(this.#file, 0);
    this.#position = 0;
    if (this.#made) rmSync(this.#path, { force: true });
  }

  close(): void {
    closeSync(this.#file);
  }

  static #open(path: string, flags: string): RunWriter {
    try {
      const made = !existsSync(path);
      const file = openSync(path, flags);
      return new RunWriter(path, made, file, fstatSync(file).size);
    } catch (error) {
      throw failure(path, 'opened', error);
    }
  }
}

function failure(path: string, verb: string, error: unknown): RunFileError {
  return new RunFileError(`${path} can't be ${verb}: ${systemFault(error)}`, { cause: error });
}
