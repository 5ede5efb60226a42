import { z } from 'zod';
import type {
  BlocksRecord,
  CellRecord,
  EndRecord,
  HistogramRecord,
  Machine,
  OutageRecord,
  RunHeader,
  RunRecord,
  SampleRecord,
  Settings,
} from '../analysis/run-record.ts';

/** Checks each line of a run file as it is read. schemas/run.schema.json says the same to others. */
const count = z.int().nonnegative();
const positive = z.int().positive();
const number = z.number();
const rate = z.union([z.number().positive(), z.literal('max')]);
const nullable = <T extends z.ZodType>(schema: T) => schema.nullable();

const machine: z.ZodType<Machine> = z.object({
  node: z.string(),
  os: z.string(),
  architecture: z.string(),
  cpu: z.string(),
  cores: positive,
  memory_bytes: count,
});

const settings: z.ZodType<Settings> = z.object({
  url: nullable(z.string()),
  blocks: z.array(positive).min(1),
  clients: z.array(positive).min(1),
  streams: z.array(z.string()).min(1),
  stream_ids: z.array(z.string()).min(1),
  rates: z.array(rate).min(1),
  repeat: positive,
  duration_ms: nullable(z.number().positive()),
  count: nullable(positive),
  omit: count,
  seed: count,
  client_processes: positive,
  live_progress: z.boolean(),
});

const run: z.ZodType<RunHeader> = z.object({
  record: z.literal('run'),
  format: z.literal('tidemark.run.v1'),
  started_at: z.string(),
  tidemark: z.string(),
  commit: nullable(z.string()),
  title: nullable(z.string()),
  tags: z.record(z.string(), z.string()),
  command: z.string(),
  machine,
  settings,
});

const cell: z.ZodType<CellRecord> = z.object({
  record: z.literal('cell'),
  run: count,
  block: positive,
  clients: positive,
  stream: z.string(),
  rate,
  repeat: positive,
  from_ms: number,
  to_ms: number,
  valid: z.boolean(),
  reasons: z.array(z.string()),
  proved: z.boolean(),
  messages: count,
  lost: count,
  repeated: count,
  reordered: count,
  corrupt: count,
  resumes: count,
  measured_blocks: count,
  measured_messages: count,
  measured_bytes: count,
  client_msgs_per_s: z.array(number),
  msgs_per_s: number,
  bytes_per_s: number,
  clock_error_ms: nullable(number),
  server_messages: nullable(count),
  server_blocks: nullable(count),
});

const blocks: z.ZodType<BlocksRecord> = z
  .object({
    record: z.literal('blocks'),
    run: count,
    of: count,
    client: z.array(positive),
    block: z.array(positive),
    elapsed_ms: z.array(number),
    interval_ms: z.array(number),
    latency_ms: z.array(nullable(number)),
    latency_from_send_ms: z.array(nullable(number)),
  })
  .refine(
    ({ client, block, elapsed_ms, interval_ms, latency_ms, latency_from_send_ms }) =>
      [block, elapsed_ms, interval_ms, latency_ms, latency_from_send_ms].every(
        ({ length }) => length === client.length,
      ),
    'expected columns of one length',
  );

const histogram: z.ZodType<HistogramRecord> = z.object({
  record: z.literal('histogram'),
  run: count,
  quantity: z.enum(['elapsed', 'interval', 'latency', 'latency_from_send']),
  count,
  mean_ms: number,
  hdr_base64: z.base64(),
});

const sample: z.ZodType<SampleRecord> = z.object({
  record: z.literal('sample'),
  run: count,
  role: z.enum(['server', 'client']),
  pid: positive,
  at_ms: number,
  cpu_percent: number,
  loop_lag_p99_ms: number,
  loop_lag_max_ms: number,
  gc_ms: number,
  rss_bytes: count,
  messages: nullable(count),
});

const outage: z.ZodType<OutageRecord> = z.object({
  record: z.literal('outage'),
  run: count,
  client: positive,
  at_ms: number,
  outage_ms: number,
});

const end: z.ZodType<EndRecord> = z.object({
  record: z.literal('end'),
  complete: z.boolean(),
  cells: count,
  duration_ms: number,
});

export const RUN_RECORDS: Readonly<Record<RunRecord['record'], z.ZodType<RunRecord>>> = {
  run,
  cell,
  blocks,
  histogram,
  sample,
  outage,
  end,
};
