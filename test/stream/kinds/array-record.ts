import type { Dtype } from '../../../src/stream/program/field-program.ts';
import { openStream } from '../../../src/stream/stream.ts';

/** A message of `arrays` as JSON. */
export interface ArrayRecord {
  seq: number;
  dtype: string;
  shape: number[];
  values: number[];
}

export function textOf(name: string, seq: number): string {
  return new TextDecoder().decode(openStream(name).message(seq));
}

export function recordOf(parameters: string, seq: number): ArrayRecord {
  return JSON.parse(textOf(`arrays?${parameters}`, seq));
}

/** The same message as a NumPy file. */
export function npyOf(parameters: string, seq: number): Uint8Array {
  return openStream(`arrays?${parameters}&encoding=npy`).message(seq);
}

/** The values as an array of this dtype holds them. */
export function rounded(dtype: Dtype, values: readonly number[]): number[] {
  return values.map((value) => (dtype === 'float32' ? Math.fround(value) : value));
}
