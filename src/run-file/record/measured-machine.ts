import * as v from 'valibot';
import { type Schema, wholeFrom0, wholeFrom1 } from '../../session/schema.ts';
import { fieldsOf } from './record-fields.ts';

/** A machine that took part in a run, without anything that identifies it or its user. */
export interface MeasuredMachine {
  readonly node: string;
  readonly os: string;
  readonly architecture: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memory_bytes: number;
}

export const machineSchema: Schema<MeasuredMachine> = fieldsOf<MeasuredMachine>({
  node: v.string(),
  os: v.string(),
  architecture: v.string(),
  cpu: v.string(),
  cores: wholeFrom1,
  memory_bytes: wholeFrom0,
});
