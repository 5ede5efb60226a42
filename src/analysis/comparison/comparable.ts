import type { RunData } from '../../run-file/record/run-data.ts';
import type { Machine, Settings } from '../../run-file/record/run-record.ts';

/** What two runs should have in common for a comparison to mean anything. */
export type Kind = 'streams' | 'machine' | 'settings';

/** One thing in which they differ. */
export interface Mismatch {
  readonly kind: Kind;
  /** `Node is v20.1.0 in A and v22.0.0 in B`. */
  readonly text: string;
}

const MACHINE: readonly (keyof Machine)[] = ['cpu', 'cores', 'memory_bytes', 'os', 'architecture', 'node'];
const SETTINGS: readonly (keyof Settings)[] = ['url', 'duration_ms', 'count', 'omit', 'client_processes'];

/** In what two runs differ that has nothing to do with what is compared: version and commit may. */
export function mismatches({ header: a }: RunData, { header: b }: RunData): Mismatch[] {
  const told = (kind: Kind, what: string, ofA: unknown, ofB: unknown): Mismatch[] =>
    ofA === ofB ? [] : [{ kind, text: `${what} is ${String(ofA)} in A and ${String(ofB)} in B` }];
  const ids = new Map(a.settings.streams.map((name, index) => [name, a.settings.stream_ids[index]]));
  return [
    ...told('streams', 'the list of streams', a.settings.streams.join(', '), b.settings.streams.join(', ')),
    ...b.settings.streams.flatMap((name, index) =>
      ids.has(name) ? told('streams', `the id of ${name}`, ids.get(name), b.settings.stream_ids[index]) : [],
    ),
    ...MACHINE.flatMap((key) => told('machine', key, a.machine[key], b.machine[key])),
    ...SETTINGS.flatMap((key) => told('settings', key, a.settings[key], b.settings[key])),
  ];
}
