/** The source that the figures of a run come from. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

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
