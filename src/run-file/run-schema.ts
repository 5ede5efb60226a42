import * as v from 'valibot';
import type { RunRecord } from '../analysis/run-record.ts';

/** Checks each line of a run file as it is read. schemas/run.schema.json says the same to others. */
const number = v.pipe(v.number(), v.finite()); // JSON has no infinity, but 1e999
const count = v.pipe(number, v.safeInteger(), v.minValue(0));
const positive = v.pipe(number, v.safeInteger(), v.minValue(1));
const above0 = v.pipe(number, v.gtValue(0));
const rate = v.union([above0, v.literal('max')]);
const list = <T extends v.GenericSchema>(schema: T) => v.pipe(v.array(schema), v.minLength(1));
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
  cores: positive,
  memory_bytes: count,
});

const settings = v.object({
  url: v.nullable(v.string()),
  blocks: list(positive),
  clients: list(positive),
  streams: list(v.string()),
  stream_ids: list(v.string()),
  rates: list(rate),
  repeat: positive,
  duration_ms: v.nullable(above0),
  count: v.nullable(positive),
  omit: count,
  seed: count,
  client_processes: positive,
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

const cell = v.object({
  record: v.literal('cell'),
  run: count,
  block: positive,
  clients: positive,
  stream: v.string(),
  rate,
  repeat: positive,
  from_ms: number,
  to_ms: number,
  valid: v.boolean(),
  reasons: v.array(v.string()),
  proved: v.boolean(),
  messages: count,
  lost: count,
  repeated: count,
  reordered: count,
  corrupt: count,
  resumes: count,
  measured_blocks: count,
  measured_messages: count,
  measured_bytes: count,
  client_msgs_per_s: v.array(number),
  msgs_per_s: number,
  bytes_per_s: number,
  clock_error_ms: v.nullable(number),
  server_messages: v.nullable(count),
  server_blocks: v.nullable(count),
});

const blocks = v.pipe(
  v.object({
    record: v.literal('blocks'),
    run: count,
    of: count,
    client: v.array(positive),
    block: v.array(positive),
    elapsed_ms: v.array(number),
    interval_ms: v.array(number),
    latency_ms: v.array(v.nullable(number)),
    latency_from_send_ms: v.array(v.nullable(number)),
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
  run: count,
  quantity: v.picklist(['elapsed', 'interval', 'latency', 'latency_from_send']),
  count,
  mean_ms: number,
  hdr_base64: base64,
});

const sample = v.object({
  record: v.literal('sample'),
  run: count,
  role: v.picklist(['server', 'client']),
  pid: positive,
  at_ms: number,
  cpu_percent: number,
  loop_lag_p99_ms: number,
  loop_lag_max_ms: number,
  gc_ms: number,
  rss_bytes: count,
  messages: v.nullable(count),
});

const outage = v.object({
  record: v.literal('outage'),
  run: count,
  client: positive,
  at_ms: number,
  outage_ms: number,
});

const end = v.object({
  record: v.literal('end'),
  complete: v.boolean(),
  cells: count,
  duration_ms: number,
});

export const RUN_RECORDS: Readonly<Record<RunRecord['record'], v.GenericSchema<unknown, RunRecord>>> = {
  run,
  cell,
  blocks,
  histogram,
  sample,
  outage,
  end,
};
