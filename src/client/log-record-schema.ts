import * as v from 'valibot';
import { finite, type Schema, wholeFrom0, wholeFrom1 } from '../session/schema.ts';
import type { BlockRecord, MessageRecord, RunRecord } from './log-record.ts';

/** What a record must be to be taken from a log, which anybody may have written. */

export const runRecord: Schema<RunRecord> = v.object({
  record: v.literal('run'),
  at: v.string(),
  tidemark: v.string(),
  url: v.string(),
  other_urls: v.exactOptional(v.array(v.string())),
  client: v.string(),
  token: v.string(),
  block: wholeFrom1,
  count: v.nullable(wholeFrom0),
  plain: v.boolean(),
  stream: v.nullable(v.string()),
  stream_id: v.nullable(v.string()),
  from: wholeFrom0,
  settings: v.exactOptional(v.record(v.string(), v.union([v.string(), finite, v.boolean()]))),
});

export const messageRecord: Schema<MessageRecord> = v.object({
  seq: wholeFrom0,
  at: v.string(),
  data: v.exactOptional(v.string()),
  data_base64: v.exactOptional(v.string()), // it must match the digest, which says more than any pattern
});

export const blockRecord: Schema<BlockRecord> = v.object({
  record: v.literal('block'),
  at: v.string(),
  client: v.string(),
  block: wholeFrom1,
  from: wholeFrom0,
  to: v.pipe(v.number(), v.safeInteger(), v.minValue(-1)), // a block of nothing but repeats accounts for no seq
  count: wholeFrom1,
  bytes: wholeFrom0,
  elapsed_ms: finite,
  interval_ms: v.nullable(finite),
  crc32: v.string(),
  interrupted: v.boolean(),
  partial: v.boolean(),
  verified_through: wholeFrom0,
  resumes: v.exactOptional(wholeFrom0),
  corrupt: v.exactOptional(wholeFrom0),
  foreign: v.exactOptional(wholeFrom0),
  run_count: v.exactOptional(wholeFrom0),
  run_url: v.exactOptional(v.string()),
  run_other_urls: v.exactOptional(v.array(v.string())),
  last_event_id: v.exactOptional(v.string()),
  messages: v.array(messageRecord),
});
