import * as v from 'valibot';
import { finite, type Schema, wholeFrom0, wholeFrom1 } from '../session/schema.ts';
import type { RunRecord } from './record/run-record.ts';
import { RUN_LIMITS } from './run-limits.ts';

/** Checks each line of a run file as it is read. schemas/run.schema.json says the same to others. */
const above0 = v.pipe(finite, v.gtValue(0));
const from0 = v.pipe(finite, v.minValue(0));
const rate = v.union([above0, v.literal('max')]);
const list = <T extends v.GenericSchema>(schema: T) =>
  v.pipe(v.array(schema), v.minLength(1), v.maxLength(RUN_LIMITS.listed));
/** Given back as it was by an encoder: a pattern for it takes its time with long texts. */
const base64 = v.pipe(
  v.string(),
  v.check((text) => Buffer.from(text, 'base64').toString('base64') === text, 'expected base64'),
);

const machine = v.object({
  node: v.string(),
  os: v.string(),
  architecture: v.string(),
  cpu: v.string(),
  cores: wholeFrom1,
  memory_bytes: wholeFrom0,
});

const settings = v.object({
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
  client_processes: wholeFrom1,
  live_progress: v.boolean(),
});

const run = v.object({
  record: v.literal('run'),
  format: v.literal('tidemark.run.v1'),
  started_at: v.string(),
  tidemark: v.string(),
  commit: v.nullable(v.string()),
  title: v.nullable(v.string()),
  tags: v.record(v.string(), v.string()),
  command: v.string(),
  machine,
  settings,
});

const cellFields = v.object({
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

/** A file may say what it likes, but not that what is missing or wrong is proved. */
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

const blocks = v.pipe(
  v.object({
    record: v.literal('blocks'),
    run: wholeFrom0,
    of: wholeFrom0,
    client: v.array(wholeFrom1),
    block: v.array(wholeFrom1),
    elapsed_ms: v.array(from0),
    interval_ms: v.array(from0),
    latency_ms: v.array(v.nullable(finite)),
    latency_from_send_ms: v.array(v.nullable(finite)),
  }),
  v.check(
    ({ client, block, elapsed_ms, interval_ms, latency_ms, latency_from_send_ms }) =>
      [block, elapsed_ms, interval_ms, latency_ms, latency_from_send_ms].every(
        ({ length }) => length === client.length,
      ),
    'expected columns of one length',
  ),
);

const histogram = v.object({
  record: v.literal('histogram'),
  run: wholeFrom0,
  quantity: v.picklist(['elapsed', 'interval', 'latency', 'latency_from_send']),
  count: wholeFrom0,
  mean_ms: finite,
  hdr_base64: base64,
});

const sample = v.object({
  record: v.literal('sample'),
  run: wholeFrom0,
  role: v.picklist(['server', 'client']),
  pid: wholeFrom1,
  at_ms: finite,
  cpu_percent: finite,
  loop_lag_p99_ms: finite,
  loop_lag_max_ms: finite,
  gc_ms: finite,
  rss_bytes: wholeFrom0,
  messages: v.nullable(wholeFrom0),
});

const outage = v.object({
  record: v.literal('outage'),
  run: wholeFrom0,
  client: wholeFrom1,
  at_ms: finite,
  outage_ms: finite,
});

const end = v.object({
  record: v.literal('end'),
  complete: v.boolean(),
  cells: wholeFrom0,
  duration_ms: finite,
});

export const RUN_RECORDS: Readonly<Record<RunRecord['record'], Schema<RunRecord>>> = {
  run,
  cell,
  blocks,
  histogram,
  sample,
  outage,
  end,
};
