import * as v from 'valibot';
import { finite, type Schema, wholeFrom0, wholeFrom1 } from '../../session/schema.ts';
import { type MeasuredMachine, machineSchema } from './measured-machine.ts';
import { fieldsOf, type MeasurementKey } from './record-fields.ts';

/** The part that an agent had in a repeat of a cell. Times that it told are the bench's already. */
export interface ShareRecord extends MeasurementKey {
  readonly record: 'share';
  readonly agent: string;
  /** The numbers of its clients, from 1. */
  readonly clients: readonly number[];
  /** When it began to measure, in milliseconds since the start of the run; null where each client begins by itself. */
  readonly from_ms: number | null;
  /** Its clock − the bench's, as measured before the repeat, and how wrong that can be. */
  readonly clock_offset_ms: number;
  readonly clock_error_ms: number;
  /** Why its part is invalid; they are among the cell's, too. */
  readonly reasons: readonly string[];
}

export const share: Schema<ShareRecord> = fieldsOf<ShareRecord>({
  record: v.literal('share'),
  run: wholeFrom0,
  agent: v.string(),
  clients: v.array(wholeFrom1),
  from_ms: v.nullable(finite),
  clock_offset_ms: finite,
  clock_error_ms: v.pipe(finite, v.minValue(0)),
  reasons: v.array(v.string()),
});

/** An agent that runs clients from now on. */
export interface AgentRecord {
  readonly record: 'agent';
  readonly agent: string;
  readonly machine: MeasuredMachine;
  readonly processes: number;
}

export const agent: Schema<AgentRecord> = fieldsOf<AgentRecord>({
  record: v.literal('agent'),
  agent: v.string(),
  machine: machineSchema,
  processes: wholeFrom1,
});

/** An agent was lost, and with it the measurement that was being made: nothing of that counts, and it was dealt again to the others. */
export interface LostRecord extends MeasurementKey {
  readonly record: 'lost';
  readonly agent: string;
  /** How often the measurement had been dealt by then. */
  readonly attempt: number;
  /** When that was noticed, in milliseconds since the start of the run. */
  readonly at_ms: number;
  readonly reason: string;
}

export const lost: Schema<LostRecord> = fieldsOf<LostRecord>({
  record: v.literal('lost'),
  run: wholeFrom0,
  agent: v.string(),
  attempt: wholeFrom1,
  at_ms: finite,
  reason: v.string(),
});
