import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'vitest';
import type { Analysis } from '../../src/analysis/run/analysis.ts';
import { outcome, temporaryFolder, tidemark } from './processes.ts';

export function expectAllValid(schema: string, lines: readonly string[]): void {
  const url = new URL(`../../schemas/${schema}.schema.json`, import.meta.url);
  const validate = new Ajv2020({ strict: true, allErrors: true }).compile(
    JSON.parse(readFileSync(url, 'utf8')),
  );
  for (const line of lines) expect(validate(JSON.parse(line)) ? [] : validate.errors, line).toEqual([]);
}

export const linesOf = (path: string): string[] => readFileSync(path, 'utf8').trimEnd().split('\n');

/** A path for a run file, in a folder of the test's own. */
export const runFile = (): string => join(temporaryFolder(), 'run.ndjson');

/** What `tidemark report` makes of a run file. */
export async function analysisOf(path: string): Promise<Analysis> {
  const { stdout, code } = await outcome(tidemark('report', path, '--format', 'json'));
  expect(code).toBe(0);
  expectAllValid('analysis', [stdout]);
  return JSON.parse(stdout) as Analysis;
}
