import * as v from 'valibot';
import type { Schema } from '../../session/schema.ts';

/** Checks that a value has every field of T; others are neither required nor kept. */
export function fieldsOf<T extends object>(
  fields: { readonly [Key in keyof T]-?: Schema<T[Key]> },
): Schema<T> {
  return v.object(fields) as unknown as Schema<T>;
}

/** The measurement a record belongs to, one repeat of one cell, by its place in the order of all, from 0. */
export interface MeasurementKey {
  readonly run: number;
}
