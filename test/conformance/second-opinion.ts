import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Answer, Case, Side } from './case.ts';

/** Debian's Python, which sees Debian's packages. */
const PYTHON = '/usr/bin/python3';

/** What python3-wsproto answers to each case. */
export function secondOpinions(side: Side, cases: readonly Case[]): Answer[][] {
  return asked(
    'second_opinion.py',
    cases.map(({ bytes }) => ({ side, hex: bytes.toString('hex') })),
  );
}

/** Whether python3-wsproto takes each handshake. */
export function secondOpinionsOfHandshakes(requests: readonly string[]): boolean[] {
  return asked('handshake_opinion.py', requests);
}

function asked<T>(name: string, questions: readonly unknown[]): T {
  const program = fileURLToPath(new URL(name, import.meta.url));
  const input = JSON.stringify(questions);
  const { status, stdout, stderr } = spawnSync(PYTHON, [program], {
    input,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as T;
}
