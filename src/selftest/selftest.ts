import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FaultCase, faultCases } from './fault-case.ts';
import { OVER, type Over } from './observation.ts';
import { observe } from './observe.ts';

/** The result of one planted fault. */
export interface CaseResult {
  /** What the run went over. */
  readonly over: Over;
  readonly fault: FaultCase['fault'];
  readonly chaos: string;
  readonly expected: string;
  readonly reported: string;
  readonly caught: boolean;
}

export interface SelftestOptions {
  /** What runs are to go over. @default each carriage */
  readonly over?: readonly Over[];
  /** Called with each result as it comes. */
  readonly onCase?: (result: CaseResult) => void;
}

/**
 * Plants each fault between a real server and a real client, over each carriage, on loopback, and checks that it is
 * reported as what it is, and that a run without one reports none.
 *
 * @returns one result for each fault and carriage; rejects if it can't listen, or can't write to a temporary folder
 */
export async function selftest({ onCase, over = OVER }: SelftestOptions = {}): Promise<CaseResult[]> {
  const results: CaseResult[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-selftest-'));
  try {
    for (const each of over) {
      for (const { fault, chaos, expected, reported, caught } of faultCases(each)) {
        const seen = await observe(chaos, each, join(folder, `${each}-${fault}.ndjson`));
        const result = { over: each, fault, chaos, expected, reported: reported(seen), caught: caught(seen) };
        results.push(result);
        onCase?.(result);
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return results;
}
