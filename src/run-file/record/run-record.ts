import * as v from 'valibot';
import { finite, type Schema, wholeFrom0, wholeFrom1 } from '../../session/schema.ts';
import { type AgentRecord, agent, type LostRecord, lost, type ShareRecord, share } from './agent-records.ts';
import { type MeasuredMachine, machineSchema } from './measured-machine.ts';
import { type FieldsOf, fieldsOf, type MeasurementKey } from './record-fields.ts';
import { RUN_LIMITS } from './run-limits.ts';

/**
 * The lines of a run file: NDJSON, the header first. It is the artefact of a bench, from which alone every report is
 * computed. Each record type is followed by its schema; schemas/run.schema.json says the same to others.
 */
export type RunFileRecord =
  | RunHeader
  | CellRecord
  | BlocksRecord
  | HistogramRecord
  | SampleRecord
  | OutageRecord
  | ShareRecord
  | AgentRecord
  | LostRecord
  | EndRecord;

const above0 = v.pipe(finite, v.gtValue(0));
const from0 = v.pipe(finite, v.minValue(0));
const rate = v.union([above0, v.literal('max')]);
const list = <T extends v.GenericSchema>(schema: T) =>
  v.pipe(v.array(schema), v.minLength(1), v.maxLength(RUN_LIMITS.listed));

/** Checked by encoding it again: a pattern is slow on long texts. */
const base64 = v.pipe(v.string(), v.check(isBase64, 'expected base64'));

function isBase64(text: string): boolean {
  try {
    return btoa(atob(text)) === text;
  } catch {
    return false;
  }
}

/** The first line. */
export interface RunHeader {
  readonly record: 'run';
  readonly format: 'tidemark.run.v1';
  /** ISO 8601, UTC. */
  readonly started_at: string;
  /** Version of the package that wrote it. */
  readonly tidemark: string;
  /** Commit of the source tree that it ran from; null from an installed package. */
  readonly commit: string | null;
  readonly title: string | null;
  readonly tags: Readonly<Record<string, string>>;
  /** How to run it again. */
  readonly command: string;
  readonly machine: MeasuredMachine;
  readonly settings: Settings;
}

export interface Settings {
  /** The measured server's URL; null if the bench started one of its own. */
  readonly url: string | null;
  /** Whether the URL was dialled as it is, for a server that is not Tidemark's: it sends what it likes, and proves nothing. */
  readonly plain: boolean;
  /** Block sizes, in messages. */
  readonly blocks: readonly number[];
  readonly clients: readonly number[];
  /** Canonical names; of a plain server its path and query. */
  readonly streams: readonly string[];
  readonly stream_ids: readonly string[];
  readonly rates: readonly (number | 'max')[];
  readonly repeat: number;
  /** How long each cell is measured; null if `count` says when it ends. */
  readonly duration_ms: number | null;
  /** Messages of each client in a cell; null if `duration_ms` says when it ends. */
  readonly count: number | null;
  /** Blocks of warm-up that each client leaves out. */
  readonly omit: number;
  /** The seed of the order of the cells. */
  readonly seed: number;
  /** Processes of this machine that the clients were spread over; 0 if they were agents'. */
  readonly client_processes: number;
  /** Agents on other machines that ran the clients; null if there were none. */
  readonly agents: number | null;
  /** Whether a progress line was drawn while it ran. */
  readonly live_progress: boolean;
}

const settings = fieldsOf<Settings>({
  url: v.nullable(v.string()),
  plain: v.optional(v.boolean(), false),
  blocks: list(wholeFrom1),
  clients: list(v.pipe(wholeFrom1, v.maxValue(RUN_LIMITS.clients))),
  streams: list(v.string()),
  stream_ids: list(v.string()),
  rates: list(rate),
  repeat: v.pipe(wholeFrom1, v.maxValue(RUN_LIMITS.repeats)),
  duration_ms: v.nullable(above0),
  count: v.nullable(wholeFrom1),
  omit: wholeFrom0,
  seed: wholeFrom0,
  client_processes: wholeFrom0,
  agents: v.optional(v.nullable(wholeFrom1), null),
  live_progress: v.boolean(),
});

const run = fieldsOf<RunHeader>({
  record: v.literal('run'),
  format: v.literal('tidemark.run.v1'),
  started_at: v.string(),
  tidemark: v.string(),
  commit: v.nullable(v.string()),
  title: v.nullable(v.string()),
  tags: v.record(v.string(), v.string()),
  command: v.string(),
  machine: machineSchema,
  settings,
});

/** Identifies a cell. */
export interface CellName {
  /** Messages a block. */
  readonly block: number;
  readonly clients: number;
  /** Canonical name. */
  readonly stream: string;
  /** Messages a second to each client. */
  readonly rate: number | 'max';
}

/** Ends one repeat of one cell. */
export interface CellRecord extends MeasurementKey, CellName {
  readonly record: 'cell';
  /** From 1. */
  readonly repeat: number;
  /** Milliseconds since the start of the run. */
  readonly from_ms: number;
  readonly to_ms: number;
  readonly valid: boolean;
  readonly reasons: readonly string[];
  /** Whether the server found everything right, and nothing is missing. */
  readonly proved: boolean;
  /** Whether the server gives proof at all. If not, nothing is proved, whatever came. */
  readonly provable: boolean;
  /** Including warm-up. */
  readonly messages: number;
  readonly lost: number;
  readonly repeated: number;
  readonly reordered: number;
  readonly corrupt: number;
  readonly resumes: number;
  /** Blocks measured, without warm-up, interrupted and partial ones; and their messages and payload bytes. */
  readonly measured_blocks: number;
  readonly measured_messages: number;
  readonly measured_bytes: number;
  /** For each client, its messages a second while it was measured. */
  readonly client_msgs_per_s: readonly number[];
  /** All clients together. */
  readonly msgs_per_s: number;
  readonly bytes_per_s: number;
  /** The largest bound on the error of any client's clock offset; null if none was measured. */
  readonly clock_error_ms: number | null;
  /** What the server counted: messages sent, blocks verified; null for a server that is not our own. */
  readonly server_messages: number | null;
  readonly server_blocks: number | null;
}

const cellFields = fieldsOf<CellRecord>({
  record: v.literal('cell'),
  run: wholeFrom0,
  block: wholeFrom1,
  clients: wholeFrom1,
  stream: v.string(),
  rate,
  repeat: wholeFrom1,
  from_ms: finite,
  to_ms: finite,
  valid: v.boolean(),
  reasons: v.array(v.string()),
  proved: v.boolean(),
  provable: v.optional(v.boolean(), true),
  messages: wholeFrom0,
  lost: wholeFrom0,
  repeated: wholeFrom0,
  reordered: wholeFrom0,
  corrupt: wholeFrom0,
  resumes: wholeFrom0,
  measured_blocks: wholeFrom0,
  measured_messages: wholeFrom0,
  measured_bytes: wholeFrom0,
  client_msgs_per_s: v.array(from0),
  msgs_per_s: from0,
  bytes_per_s: from0,
  clock_error_ms: v.nullable(from0),
  server_messages: v.nullable(wholeFrom0),
  server_blocks: v.nullable(wholeFrom0),
});

/** A file may claim anything, except that what is missing or wrong was proved. */
const cell = v.pipe(
  cellFields,
  v.check(
    ({ proved, provable }) => provable || !proved,
    'expected not to be proved, since its server gives no proof',
  ),
  v.check(
    ({ proved, messages }) => messages > 0 || !proved,
    'expected not to be proved, since no message came',
  ),
  v.check(
    ({ proved, lost, repeated, reordered, corrupt }) =>
      lost + repeated + reordered + corrupt === 0 || !proved,
    'expected not to be proved, since messages are lost, repeated, reordered or corrupt',
  ),
);

/** The blocks of a repeat, in columns, in the order in which they ended: all of them, or a uniform sample. */
export interface BlocksRecord extends MeasurementKey {
  readonly record: 'blocks';
  /** How many blocks the sample was taken from; the length of the columns if it has all of them. */
  readonly of: number;
  /** The numbers of clients and of their blocks, both from 1. */
  readonly client: readonly number[];
  readonly block: readonly number[];
  readonly elapsed_ms: readonly number[];
  readonly interval_ms: readonly number[];
  /** null at `max`, or before the clocks were first compared. */
  readonly latency_ms: readonly (number | null)[];
  readonly latency_from_send_ms: readonly (number | null)[];
}

export const BLOCKS_FIELDS: FieldsOf<Omit<BlocksRecord, 'record' | 'run'>> = {
  of: wholeFrom0,
  client: v.array(wholeFrom1),
  block: v.array(wholeFrom1),
  elapsed_ms: v.array(from0),
  interval_ms: v.array(from0),
  latency_ms: v.array(v.nullable(finite)),
  latency_from_send_ms: v.array(v.nullable(finite)),
};

/** Checks that the columns are of one length. */
export function columnsOf<T extends Omit<BlocksRecord, 'record' | 'run'>>(schema: Schema<T>): Schema<T> {
  const isOfOneLength = (blocks: T) => {
    const { client, block, elapsed_ms, interval_ms, latency_ms, latency_from_send_ms } = blocks;
    return [block, elapsed_ms, interval_ms, latency_ms, latency_from_send_ms].every(
      ({ length }) => length === client.length,
    );
  };
  return v.pipe(schema, v.check(isOfOneLength, 'expected columns of one length'));
}

const blocks = columnsOf(
  fieldsOf<BlocksRecord>({ record: v.literal('blocks'), run: wholeFrom0, ...BLOCKS_FIELDS }),
);

export type QuantityName = 'elapsed' | 'interval' | 'latency' | 'latency_from_send';

/**
 * All blocks of a repeat that has too many for `blocks`: an HdrHistogram, V2, deflated, in base64, in microseconds,
 * accurate to 0.1 %. Values below 0, which the error of the clocks can cause in a latency, count as 0.
 */
export interface HistogramRecord extends MeasurementKey {
  readonly record: 'histogram';
  readonly quantity: QuantityName;
  readonly count: number;
  /** Not rounded by the histogram's buckets. */
  readonly mean_ms: number;
  readonly hdr_base64: string;
}

const histogram = fieldsOf<HistogramRecord>({
  record: v.literal('histogram'),
  run: wholeFrom0,
  quantity: v.picklist(['elapsed', 'interval', 'latency', 'latency_from_send']),
  count: wholeFrom0,
  mean_ms: finite,
  hdr_base64: base64,
});

/** One second of one process. */
export interface SampleRecord extends MeasurementKey {
  readonly record: 'sample';
  readonly role: 'server' | 'client';
  /** The agent that ran it; null if it ran on the bench's machine. */
  readonly agent: string | null;
  readonly pid: number;
  /** The end of the second, in milliseconds since the start of the run. */
  readonly at_ms: number;
  /** Of one core. */
  readonly cpu_percent: number;
  readonly loop_lag_p99_ms: number;
  readonly loop_lag_max_ms: number;
  readonly gc_ms: number;
  readonly rss_bytes: number;
  /** Messages a second, counted when their block ends; null for a server. */
  readonly messages: number | null;
}

export const SAMPLE_FIELDS: FieldsOf<Omit<SampleRecord, 'record' | 'run' | 'role' | 'agent'>> = {
  pid: wholeFrom1,
  at_ms: finite,
  cpu_percent: finite,
  loop_lag_p99_ms: finite,
  loop_lag_max_ms: finite,
  gc_ms: finite,
  rss_bytes: wholeFrom0,
  messages: v.nullable(wholeFrom0),
};

const sample = fieldsOf<SampleRecord>({
  record: v.literal('sample'),
  run: wholeFrom0,
  role: v.picklist(['server', 'client']),
  agent: v.optional(v.nullable(v.string()), null),
  ...SAMPLE_FIELDS,
});

/** A client lost its server and reconnected. */
export interface OutageRecord extends MeasurementKey {
  readonly record: 'outage';
  /** From 1. */
  readonly client: number;
  /** When it reconnected, in milliseconds since the start of the run. */
  readonly at_ms: number;
  readonly outage_ms: number;
}

const outage = fieldsOf<OutageRecord>({
  record: v.literal('outage'),
  run: wholeFrom0,
  client: wholeFrom1,
  at_ms: finite,
  outage_ms: finite,
});

/** The last line of a run that was not interrupted. */
export interface EndRecord {
  readonly record: 'end';
  readonly complete: boolean;
  readonly cells: number;
  readonly duration_ms: number;
}

const end = fieldsOf<EndRecord>({
  record: v.literal('end'),
  complete: v.boolean(),
  cells: wholeFrom0,
  duration_ms: finite,
});

export const RUN_RECORDS: Readonly<Record<RunFileRecord['record'], Schema<RunFileRecord>>> = {
  run,
  cell,
  blocks,
  histogram,
  sample,
  outage,
  share,
  agent,
  lost,
  end,
};
