import { printable } from '../wording/printable.ts';

/** A value as one line of NDJSON, safe to print: JSON itself escapes only what is below U+0020. */
export function jsonLine(value: unknown): string {
  return printable(JSON.stringify(value));
}
