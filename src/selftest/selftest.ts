import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FAULT_CASES, type FaultCase } from './fault-case.ts';
import { observe } from './observe.ts';

/** What became of one planted fault. */
export interface CaseResult {
  readonly fault: FaultCase['fault'];
  readonly chaos: string;
  readonly expected: string;
  readonly reported: string;
  readonly caught: boolean;
}

export interface SelftestOptions {
  /** Told of each fault as soon as it has been tried. */
  readonly onCase?: (result: CaseResult) => void;
}

/**
 * Plants each fault between a real server and a real client, on loopback, and sees whether it is told as what it is;
 * and whether a run without one tells of none.
 *
 * @returns one result a fault; rejects if it can't listen, or can't write to a temporary folder
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
