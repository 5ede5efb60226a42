import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FAULT_CASES, type FaultCase } from './fault-case.ts';
import { observe } from './observe.ts';

/** The result of one planted fault. */
export interface CaseResult {
  readonly fault: FaultCase['fault'];
  readonly chaos: string;
  readonly expected: string;
  readonly reported: string;
  readonly caught: boolean;
}

export interface SelftestOptions {
  /** Called with each result as it comes. */
  readonly onCase?: (result: CaseResult) => void;
}

/**
 * Plants each fault between a real server and a real client, on loopback, and checks that it is reported as what it is,
 * and that a run without one reports none.
 *
 * @returns one result for each fault; rejects if it can't listen, or can't write to a temporary folder
 */
export async function selftest({ onCase }: SelftestOptions = {}): Promise<CaseResult[]> {
  const results: CaseResult[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-selftest-'));
  try {
    for (const { fault, chaos, expected, reported, caught } of FAULT_CASES) {
      const seen = await observe(chaos, join(folder, `${fault}.ndjson`));
      const result = { fault, chaos, expected, reported: reported(seen), caught: caught(seen) };
      results.push(result);
      onCase?.(result);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return results;
}
