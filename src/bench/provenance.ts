/** Where the figures of a run come from: the machine, and the source. */
import { readFileSync } from 'node:fs';
import { cpus, release, type as systemName, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { MeasuredMachine } from '../run-file/record/run-record.ts';

/** The machine behind the figures; nothing that identifies it or its user. */
export function thisMachine(): MeasuredMachine {
  const cores = cpus();
  return {
    node: process.version,
    os: `${systemName()} ${release()}`,
    architecture: process.arch,
    cpu: cores[0]?.model.trim() ?? 'unknown',
    cores: cores.length,
    memory_bytes: totalmem(),
  };
}

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** The commit of the source tree that this runs from; null for an installed package. */
export function thisCommit(): string | null {
  try {
    const head = readFileSync(join(root, '.git', 'HEAD'), 'utf8').trim();
    const [, reference] = /^ref: (.+)$/.exec(head) ?? [];
    if (reference === undefined) return head;
    return commitOf(reference);
  } catch {
    return null;
  }
}

function commitOf(reference: string): string | null {
  try {
    return readFileSync(join(root, '.git', reference), 'utf8').trim();
  } catch {
    const packed = readFileSync(join(root, '.git', 'packed-refs'), 'utf8');
    const line = packed.split('\n').find((each) => each.endsWith(` ${reference}`));
    return line?.split(' ')[0] ?? null;
  }
}
