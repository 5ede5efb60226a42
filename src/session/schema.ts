import * as v from 'valibot';

/** What is the same in all schemas of what comes from outside: control messages, log records, run files. */

/** Checks any value for a T. */
export type Schema<T> = v.GenericSchema<unknown, T>;

/** JSON has no infinity, but `1e999` is read as one. */
export const finite: Schema<number> = v.pipe(v.number(), v.finite());
export const wholeFrom0: Schema<number> = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
export const wholeFrom1: Schema<number> = v.pipe(v.number(), v.safeInteger(), v.minValue(1));

/** What a value is by its schema, or the first fault in it, as in `block: expected number, got a string`. */
export type Checked<T> = { readonly value: T } | { readonly fault: string };

/** The fault shows no text of the value: that is a peer's, and as long as the peer likes. */
export function check<T>(schema: Schema<T>, given: unknown): Checked<T> {
  const result = v.safeParse(schema, given, { abortEarly: true, message: faultText });
  if (result.success) return { value: result.output };
  const [issue] = result.issues;
  return { fault: `${issue.path?.map(({ key }) => key).join('.') ?? ''}: ${issue.message}` };
}

/** Unless the schema has a text of its own. */
function faultText({ expected, type, input }: v.BaseIssue<unknown>): string {
  return `expected ${expected ?? type.replaceAll('_', ' ')}, got ${kindOf(input)}`;
}

function kindOf(input: unknown): string {
  if (input === undefined) return 'none';
  if (input === null || typeof input === 'number' || typeof input === 'boolean') return String(input);
  return Array.isArray(input) ? 'an array' : typeof input === 'string' ? 'a string' : 'an object';
}
