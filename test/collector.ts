import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc') as (options?: { readonly type: 'minor' }) => void;

/** Has all memory collected that nothing needs. */
export function collectAll(): void {
  gc();
}

/** Has young memory collected, as happens all the time: what survives it twice grows old. */
export function collectYoung(): void {
  gc({ type: 'minor' });
}

/** How much memory is used that has grown old, dead or not. */
export function oldBytes(): number {
  return getHeapSpaceStatistics().find(({ space_name: name }) => name === 'old_space')?.space_used_size ?? 0;
}
