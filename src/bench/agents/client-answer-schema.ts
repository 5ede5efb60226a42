import * as v from 'valibot';
import { isHdr } from '../../run-file/hdr-encoding.ts';
import { fieldsOf } from '../../run-file/record/record-fields.ts';
import { BLOCKS_FIELDS, columnsOf, SAMPLE_FIELDS } from '../../run-file/record/run-record.ts';
import { finite, type Schema, wholeFrom0, wholeFrom1 } from '../../session/schema.ts';
import type { ClientAnswer, OneClient, ProcessSample, Recorded, SampledBlocks } from '../process/job.ts';

const from0: Schema<number> = v.pipe(finite, v.minValue(0));
const time: Schema<number | null> = v.nullable(finite);
const nullableFrom0: Schema<number | null> = v.nullable(from0);

const client = fieldsOf<OneClient>({
  client: wholeFrom1,
  measuredMessages: wholeFrom0,
  measuredBytes: wholeFrom0,
  measuredBlocks: wholeFrom0,
  windowMs: finite,
  messages: wholeFrom0,
  lost: wholeFrom0,
  repeated: wholeFrom0,
  reordered: wholeFrom0,
  corrupt: wholeFrom0,
  resumes: wholeFrom0,
  proved: v.boolean(),
  provable: v.boolean(),
  error: v.nullable(v.string()),
});

const blocks = columnsOf(fieldsOf<SampledBlocks>(BLOCKS_FIELDS));

const recorded = fieldsOf<Recorded>({
  count: wholeFrom0,
  mean_ms: finite,
  hdr_base64: v.pipe(v.string(), v.check(isHdr, 'expected a histogram')),
});

const sample = fieldsOf<ProcessSample>(SAMPLE_FIELDS);

/** What the process of an agent may answer. It goes into the run file, so it is checked as strictly as that is read. */
export const clientAnswer: Schema<ClientAnswer> = v.variant('type', [
  v.object({ type: v.literal('ready') }),
  v.object({ type: v.literal('warm') }),
  v.object({ type: v.literal('failed'), error: v.string() }),
  v.object({
    type: v.literal('result'),
    result: v.object({
      clients: v.array(client),
      blocks,
      quantities: v.object({
        elapsed: recorded,
        interval: recorded,
        latency: recorded,
        latency_from_send: recorded,
      }),
      outages: v.array(v.object({ client: wholeFrom1, at_ms: finite, outage_ms: finite })),
      samples: v.array(sample),
      clockErrorMs: nullableFrom0,
      fromMs: time,
    }),
  }),
]) as unknown as Schema<ClientAnswer>;
