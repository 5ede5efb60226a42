import { readFileSync } from 'node:fs';
import type { Histogram } from '../measure/histogram.ts';
import { check } from '../session/schema.ts';
import { systemFault } from '../wording/system-fault.ts';
import { decodeHdr } from './hdr-encoding.ts';
import type { AgentRecord, LostRecord, ShareRecord } from './record/agent-records.ts';
import type { Measurement, RunData } from './record/run-data.ts';
import {
  type BlocksRecord,
  type CellRecord,
  type EndRecord,
  type OutageRecord,
  RUN_RECORDS,
  type RunFileRecord,
  type RunHeader,
  type SampleRecord,
  type Settings,
} from './record/run-record.ts';
import { RunFileError } from './run-file-error.ts';

/** A run file that was read. */
export interface ReadRun extends RunData {
  /** Where the last complete measurement ends, in bytes: what follows was cut short, or is the end record. */
  readonly finishedBytes: number;
}

/**
 * Reads a run file. Measurements that were cut short and a torn last line are ignored; so are empty lines, and a byte
 * order mark before the first.
 *
 * @param path `-` is stdin
 * @throws RunFileError that names the line, what was expected there and what came
 */
export function readRunFile(path: string): ReadRun {
  const name = path === '-' ? 'stdin' : path;
  const bytes = contentsOf(path, name);
  const reader = new RunReader(name);
  let start = BYTE_ORDER_MARK.every((byte, index) => bytes[index] === byte) ? BYTE_ORDER_MARK.length : 0;
  for (let line = 1; start < bytes.length; line++) {
    const end = bytes.indexOf('\n', start);
    if (end < 0) break; // torn: its newline was never written
    const text = lineText(bytes.subarray(start, end), `${name}, line ${line}`);
    if (text.trim() !== '') reader.line(text, line, end + 1);
    start = end + 1;
  }
  return reader.finish();
}

const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

/** What may have become of a run file, by the bytes that it begins with. */
const DISGUISES: readonly (readonly [name: string, bytes: readonly number[]])[] = [
  ['compressed by gzip', [0x1f, 0x8b]],
  ['compressed by zstd', [0x28, 0xb5, 0x2f, 0xfd]],
  ['in a zip archive', [0x50, 0x4b, 0x03, 0x04]],
  ['UTF-16', [0xff, 0xfe]],
  ['UTF-16', [0xfe, 0xff]],
];

function contentsOf(path: string, name: string): Buffer {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path === '-' ? 0 : path);
  } catch (error) {
    throw new RunFileError(`${name} can't be read: ${systemFault(error)}`, { cause: error });
  }
  if (bytes.length === 0) throw new RunFileError(`${name} is empty, expected a run file of tidemark bench`);
  const found = DISGUISES.find(([, begin]) => begin.every((byte, index) => bytes[index] === byte));
  if (found !== undefined) throw new RunFileError(`${name} is ${found[0]}, expected lines of JSON in UTF-8`);
  return bytes;
}

/** A line of a stray binary file can be longer than a string can hold. */
function lineText(bytes: Buffer, where: string): string {
  if (bytes.length > LONGEST_LINE_BYTES)
    throw new RunFileError(`${where}: expected a JSON object, got a line of ${bytes.length} bytes`);
  return bytes.toString('utf8');
}

/** A bench keeps up to a million blocks of a measurement, with six numbers each. */
const LONGEST_LINE_BYTES = 256 * 1024 * 1024;

class RunReader {
  readonly #path: string;
  readonly #measurements: Measurement[] = [];
  #header: RunHeader | undefined;
  #end: EndRecord | undefined;
  #open: OpenMeasurement = new OpenMeasurement();
  readonly #seen = new Set<string>();
  readonly #agents = new Map<string, AgentRecord>();
  readonly #losses: LostRecord[] = [];
  #finished = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /** @param next where the next line begins */
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
        this.#checkPlanned(record, this.#header.settings, line);
        this.#checkShares(record, line);
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
      case 'agent':
        this.#agents.set(record.agent, record);
        this.#finished = next;
        return;
      case 'lost':
        this.#checkAgent(record.agent, line);
        this.#losses.push(record);
        this.#open = new OpenMeasurement(); // what there was of it does not count
        this.#finished = next;
        return;
      default:
        if ('agent' in record && record.agent !== null) this.#checkAgent(record.agent, line);
        this.#open.add(record);
    }
  }

  finish(): ReadRun {
    if (this.#header === undefined)
      throw new RunFileError(`${this.#path} holds no whole line, expected a run record first`);
    const { length } = this.#measurements;
    return {
      header: this.#header,
      measurements: this.#measurements,
      agents: [...this.#agents.values()],
      losses: this.#losses,
      // Whatever is cut short after the last measurement may have been more of them.
      end: this.#end?.cells === length ? this.#end : undefined,
      finishedBytes: this.#finished,
    };
  }

  /** A cell that was not planned, or was measured already, would be mistaken for one more repeat. */
  #checkPlanned(cell: CellRecord, settings: Settings, line: number): void {
    const { block, clients, stream, rate, repeat } = cell;
    const isPlanned =
      settings.blocks.includes(block) &&
      settings.clients.includes(clients) &&
      settings.streams.includes(stream) &&
      settings.rates.includes(rate) &&
      repeat <= settings.repeat;
    const name = JSON.stringify({ block, clients, stream, rate, repeat });
    if (!isPlanned) throw this.#error(line, `the cell ${name} is not among the settings of the run`);
    if (this.#seen.has(name)) throw this.#error(line, `the cell ${name} is there twice`);
    this.#seen.add(name);
  }

  #checkAgent(name: string, line: number): void {
    if (!this.#agents.has(name))
      throw this.#error(line, `agent ${JSON.stringify(name)} is not among the agents of the run so far`);
  }

  /** A client that two agents ran, or none, would be counted twice, or not at all. */
  #checkShares({ clients }: CellRecord, line: number): void {
    const { shares } = this.#open;
    const numbers = shares.flatMap((share) => share.clients);
    if (shares.length === 0) return;
    const all = new Set(numbers);
    if (all.size !== numbers.length || all.size !== clients || Math.max(...all) !== clients)
      throw this.#error(line, `the shares of its agents don't have each of its ${clients} clients once`);
    if (new Set(shares.map(({ agent }) => agent)).size !== shares.length)
      throw this.#error(line, 'an agent has two shares in it');
  }

  #parse(text: string, line: number): RunFileRecord {
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch {
      throw this.#error(line, `expected a JSON object, got ${JSON.stringify(text.slice(0, 60))}`);
    }
    const kind = (json as { record?: unknown } | null)?.record;
    const schema = Object.hasOwn(RUN_RECORDS, String(kind))
      ? RUN_RECORDS[kind as RunFileRecord['record']]
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

/** The records of a measurement before its cell record, which is the last. */
class OpenMeasurement {
  readonly histograms: { -readonly [Q in keyof Measurement['histograms']]: Histogram } = {};
  readonly #samples: SampleRecord[] = [];
  readonly #outages: OutageRecord[] = [];
  readonly shares: ShareRecord[] = [];
  #blocks: BlocksRecord | undefined;

  add(record: BlocksRecord | SampleRecord | OutageRecord | ShareRecord): void {
    switch (record.record) {
      case 'blocks':
        this.#blocks = record;
        return;
      case 'sample':
        this.#samples.push(record);
        return;
      case 'outage':
        this.#outages.push(record);
        return;
      case 'share':
        this.shares.push(record);
    }
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
    const { histograms, shares } = this;
    return { cell, blocks, histograms, samples: this.#samples, outages: this.#outages, shares };
  }
}
