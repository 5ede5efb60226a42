import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Answer, Case, Side } from './case.ts';

/** Debian's Python, which sees Debian's packages. */
const PYTHON = '/usr/bin/python3';
const program = fileURLToPath(new URL('second_opinion.py', import.meta.url));

/** What python3-wsproto answers to each case. */
export function secondOpinions(side: Side, cases: readonly Case[]): Answer[][] {
  const input = JSON.stringify(cases.map(({ bytes }) => ({ side, hex: bytes.toString('hex') })));
  const { status, stdout, stderr } = spawnSync(PYTHON, [program], {
    input,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Answer[][];
}
