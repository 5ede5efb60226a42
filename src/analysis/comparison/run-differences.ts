import type { RunData } from '../../run-file/record/run-data.ts';
import type { MeasuredMachine, Settings } from '../../run-file/record/run-record.ts';

/** What two runs should have in common for a comparison to mean anything. */
export type RunDifferenceKind = 'streams' | 'machine' | 'settings';

/** One thing in which they differ. */
export interface RunDifference {
  readonly kind: RunDifferenceKind;
  /** `Node is v20.1.0 in A and v22.0.0 in B`. */
  readonly text: string;
}

const MACHINE: readonly (keyof MeasuredMachine)[] = [
  'cpu',
  'cores',
  'memory_bytes',
  'os',
  'architecture',
  'node',
];
const SETTINGS: readonly (keyof Settings)[] = ['url', 'duration_ms', 'count', 'omit', 'client_processes'];

/** Differences between two runs that have nothing to do with what is compared. Version and commit may differ. */
export function runDifferences({ header: a }: RunData, { header: b }: RunData): RunDifference[] {
  const told = (kind: RunDifferenceKind, what: string, ofA: unknown, ofB: unknown): RunDifference[] =>
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
