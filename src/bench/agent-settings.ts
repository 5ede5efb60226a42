import type { ReadRun } from '../run-file/read-run-file.ts';
import type { Settings } from '../run-file/record/run-record.ts';
import { UsageError } from '../wording/usage-error.ts';
import type { AgentBus } from './agents/agent-bus.ts';
import type { Hello } from './agents/agent-messages.ts';
import type { AgentProcessesSettings } from './agents/agent-processes.ts';
import type { BenchOptions } from './bench-options.ts';
import { BENCH_DEFAULTS } from './defaults.ts';
import { differenceOf } from './process/machine-difference.ts';

/** @throws UsageError if nobody said how agents are spoken to */
export function openBus({ openBus: open }: BenchOptions): Promise<AgentBus> {
  if (open !== undefined) return open();
  throw new UsageError(
    'missing_option',
    'nats',
    (nameOf) => `a run with ${nameOf('agents')} needs ${nameOf('nats')}, by which they are found`,
  );
}

/** Which agents a bench takes. */
export function agentSettings(
  bus: AgentBus,
  {
    options: { agentsTimeoutMs = BENCH_DEFAULTS.agentsTimeoutMs, signal },
    settings: { agents, url, plain, streams, stream_ids },
    before,
  }: { readonly options: BenchOptions; readonly settings: Settings; readonly before: ReadRun | undefined },
): AgentProcessesSettings {
  return {
    bus,
    count: agents ?? 0,
    timeoutMs: agentsTimeoutMs,
    url: url ?? '',
    streams: plain ? [] : streams.map((name, index) => ({ name, id: stream_ids[index] ?? '' })),
    unfit: (hello) => differenceFromBefore(hello, before),
    signal,
  };
}

/** A run is gone on with on machines like those that it was begun on, whatever they are called. */
function differenceFromBefore({ machine }: Hello, before: ReadRun | undefined): string | undefined {
  const [first, ...others] = before?.agents ?? [];
  if (first === undefined) return undefined;
  const differences = [first, ...others].map((agent) => differenceOf(agent.machine, machine));
  if (differences.includes(undefined)) return undefined;
  return `no agent of the run so far was on such a machine: ${first.agent}'s ${differences[0]}`;
}
