import * as v from 'valibot';
import type { Schema } from '../../session/schema.ts';

/** A schema for each field of T. */
export type FieldsOf<T> = { readonly [Key in keyof T]-?: Schema<T[Key]> };

/** Checks that a value has every field of T; others are neither required nor kept. */
export function fieldsOf<T extends object>(fields: FieldsOf<T>): Schema<T> {
  return v.object(fields) as unknown as Schema<T>;
}

/** The measurement a record belongs to, one repeat of one cell, by its place in the order of all, from 0. */
export interface MeasurementKey {
  readonly run: number;
}
