import type { MeasuredMachine } from '../../run-file/record/measured-machine.ts';
import type { RunData } from '../../run-file/record/run-data.ts';
import type { Settings } from '../../run-file/record/run-record.ts';

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
const SETTINGS: readonly (keyof Settings)[] = [
  'url',
  'duration_ms',
  'count',
  'omit',
  'client_processes',
  'agents',
];

/** Differences between two runs that have nothing to do with what is compared. Version and commit may differ. */
export function runDifferences(first: RunData, second: RunData): RunDifference[] {
  const [a, b] = [first.header, second.header];
  const told = (kind: RunDifferenceKind, what: string, ofA: unknown, ofB: unknown): RunDifference[] =>
    ofA === ofB ? [] : [{ kind, text: `${what} is ${String(ofA)} in A and ${String(ofB)} in B` }];
  const ids = new Map(a.settings.streams.map((name, index) => [name, a.settings.stream_ids[index]]));
  return [
    ...told('streams', 'the list of streams', a.settings.streams.join(', '), b.settings.streams.join(', ')),
    ...b.settings.streams.flatMap((name, index) =>
      ids.has(name) ? told('streams', `the id of ${name}`, ids.get(name), b.settings.stream_ids[index]) : [],
    ),
    ...told('machine', "the list of agents' machines", agentMachines(first), agentMachines(second)),
    ...MACHINE.flatMap((key) => told('machine', key, a.machine[key], b.machine[key])),
    ...SETTINGS.flatMap((key) => told('settings', key, a.settings[key], b.settings[key])),
  ];
}

/** In an order of their own: which agent is called what says nothing. */
function agentMachines({ agents }: RunData): string {
  const machines = agents.map(({ machine }) => MACHINE.map((key) => machine[key]).join(' '));
  return machines.length === 0 ? 'empty' : machines.sort().join(', ');
}
