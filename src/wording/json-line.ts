import { printable, printableText } from './printable.ts';

/** A value as one line of NDJSON, safe to print: JSON itself escapes only what is below U+0020. */
export function jsonLine(value: unknown): string {
  return printable(JSON.stringify(value));
}

/** A value as JSON over several lines, safe to print like `jsonLine`. */
export function jsonText(value: unknown): string {
  return printableText(JSON.stringify(value, undefined, 2).split('\n'));
}
