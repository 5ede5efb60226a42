import { openStream, type Stream } from '../../src/stream/stream.ts';
import { CaptureChecker, type CaptureTerms } from '../../src/verify/capture-checker.ts';
import type { CaptureVerdict } from '../../src/verify/capture-verdict.ts';
import type { Finding } from '../../src/verify/finding.ts';

export const stream: Stream = openStream('users?seed=7');

/** Messages of the stream, as lines. */
export function linesOf(from: number, count: number): string[] {
  return Array.from({ length: count }, (_, index) => new TextDecoder().decode(stream.message(from + index)));
}

/** Checks lines, in chunks of some size, and gives all that is told. */
export function checked(
  lines: readonly string[],
  terms: CaptureTerms = {},
  { of = stream, chunkBytes = 1_000_000, end = '\n' } = {},
): { verdict: CaptureVerdict; findings: Finding[] } {
  const findings: Finding[] = [];
  const checker = new CaptureChecker(of, terms, (finding) => findings.push(finding));
  const bytes = new TextEncoder().encode(lines.map((line) => line + end).join(''));
  for (let at = 0; at < bytes.length; at += chunkBytes) checker.push(bytes.subarray(at, at + chunkBytes));
  return { verdict: checker.finish(), findings };
}
