import { readFileSync } from 'node:fs';
import type { Measurement, RunData } from '../analysis/run-data.ts';
import type { BlocksRecord, EndRecord, RunHeader, RunRecord } from '../analysis/run-record.ts';
import type { Histogram } from '../measure/histogram.ts';
import { check } from '../protocol/schema.ts';
import { decodeHdr } from './hdr-encoding.ts';
import { RunFileError } from './run-file-error.ts';
import { RUN_RECORDS } from './run-schema.ts';

/** A run file as it was read. */
export interface ReadRun extends RunData {
  /** Where the last finished measurement ends, in bytes: what is behind it was cut short, or is the end record. */
  readonly finishedBytes: number;
}

/**
 * Reads a run file. Of a measurement that was cut short, and of a torn last line, nothing is taken.
 *
 * @param path `-` is stdin
 * @throws RunFileError that names the line, what was expected there and what came
 */
export function readRunFile(path: string): ReadRun {
  const text = readFileSync(path === '-' ? 0 : path, 'utf8');
  const reader = new RunReader(path === '-' ? 'stdin' : path);
  let start = 0;
  for (let line = 1; start < text.length; line++) {
    const end = text.indexOf('\n', start);
    if (end < 0) break; // torn: its newline was never written
    reader.line(text.slice(start, end), line, end + 1);
    start = end + 1;
  }
  return reader.finish(text);
}

class RunReader {
  readonly #path: string;
  readonly #measurements: Measurement[] = [];
  #header: RunHeader | undefined;
  #end: EndRecord | undefined;
  #open: OpenMeasurement = new OpenMeasurement();
  #finished = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /** @param next where the line after it begins */
  line(text: string, line: number, next: number): void {
    const record = this.#parse(text, line);
    if (this.#header === undefined) {
      if (record.record !== 'run')
        throw this.#error(line, `expected the run record first, got ${record.record}`);
      this.#header = record;
      this.#finished = next;
      return;
    }
    switch (record.record) {
      case 'run':
        throw this.#error(line, 'a second run record: these are two run files in one');
      case 'end':
        this.#end = record;
        return;
      case 'cell':
        this.#measurements.push(this.#open.finish(record));
        this.#open = new OpenMeasurement();
        this.#finished = next;
        this.#end = undefined;
        return;
      case 'histogram':
        try {
          this.#open.histograms[record.quantity] = decodeHdr(record.hdr_base64, record.mean_ms * 1000);
        } catch (error) {
          throw this.#error(line, `the histogram ${(error as Error).message}`);
        }
        return;
      default:
        this.#open.add(record);
    }
  }

  finish(text: string): ReadRun {
    if (this.#header === undefined) throw new RunFileError(`${this.#path} holds no run record`);
    const finishedBytes = Buffer.byteLength(text.slice(0, this.#finished));
    return { header: this.#header, measurements: this.#measurements, end: this.#end, finishedBytes };
  }

  #parse(text: string, line: number): RunRecord {
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch {
      throw this.#error(line, `expected a JSON object, got ${JSON.stringify(text.slice(0, 60))}`);
    }
    const kind = (json as { record?: unknown } | null)?.record;
    const schema = Object.hasOwn(RUN_RECORDS, String(kind))
      ? RUN_RECORDS[kind as RunRecord['record']]
      : undefined;
    if (schema === undefined) {
      const kinds = Object.keys(RUN_RECORDS).join(', ');
      throw this.#error(
        line,
        `expected a record of a run file (${kinds}), got ${JSON.stringify(kind) ?? 'none'}`,
      );
    }
    const checked = check(schema, json);
    if ('fault' in checked) throw this.#error(line, `${kind}.${checked.fault}`);
    return checked.value;
  }

  #error(line: number, told: string): RunFileError {
    return new RunFileError(`${this.#path}, line ${line}: ${told}`);
  }
}

/** The records of a measurement whose cell record has not come yet: it is the last. */
class OpenMeasurement {
  readonly histograms: { -readonly [Q in keyof Measurement['histograms']]: Histogram } = {};
  readonly #samples: Measurement['samples'][number][] = [];
  readonly #outages: Measurement['outages'][number][] = [];
  #blocks: BlocksRecord | undefined;

  add(record: BlocksRecord | Measurement['samples'][number] | Measurement['outages'][number]): void {
    if (record.record === 'blocks') this.#blocks = record;
    else if (record.record === 'sample') this.#samples.push(record);
    else this.#outages.push(record);
  }

  finish(cell: Measurement['cell']): Measurement {
    const none = {
      client: [],
      block: [],
      elapsed_ms: [],
      interval_ms: [],
      latency_ms: [],
      latency_from_send_ms: [],
    };
    const blocks = this.#blocks ?? { record: 'blocks', run: cell.run, of: 0, ...none };
    return { cell, blocks, histograms: this.histograms, samples: this.#samples, outages: this.#outages };
  }
}
