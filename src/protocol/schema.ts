import * as v from 'valibot';

/** What is the same in all schemas of what comes from outside: control messages, log records, run files. */

/** Checks any value for a T. */
export type Schema<T> = v.GenericSchema<unknown, T>;

/** JSON has no infinity, but `1e999` is read as one. */
export const finite: Schema<number> = v.pipe(v.number(), v.finite());
export const wholeFrom0: Schema<number> = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
export const wholeFrom1: Schema<number> = v.pipe(v.number(), v.safeInteger(), v.minValue(1));

/** What a value is by its schema, or the first fault in it, as in `block: Invalid type: …`. */
export type Checked<T> = { readonly value: T } | { readonly fault: string };

export function check<T>(schema: Schema<T>, given: unknown): Checked<T> {
  const result = v.safeParse(schema, given, { abortEarly: true });
  if (result.success) return { value: result.output };
  const [issue] = result.issues;
  return { fault: `${v.getDotPath(issue) ?? ''}: ${issue.message}` };
}
