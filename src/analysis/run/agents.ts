import type { Measurement, RunData } from '../../run-file/record/run-data.ts';
import { plural } from '../../wording/figures.ts';
import { mean } from '../statistics/summary.ts';
import type { AgentLost, CellAgent, RunAgent } from './analysis.ts';

const SECOND_MS = 1000;

/** Each agent's part of a cell, over the repeats that it had one in; in the order of their names. */
export function cellAgents(measurements: readonly Measurement[]): CellAgent[] {
  return namesIn(measurements).map((agent) => {
    const parts = measurements.flatMap((measurement) => partsOf(measurement, agent));
    const last = parts.at(-1)?.share;
    return {
      agent,
      repeats: parts.length,
      clients: Math.max(...parts.map(({ share }) => share.clients.length)),
      msgs_per_s: mean(parts.map(({ perSecond }) => perSecond)),
      ...worstSecond(parts.flatMap(({ samples }) => samples)),
      clock_offset_ms: last?.clock_offset_ms ?? 0,
      clock_error_ms: last?.clock_error_ms ?? 0,
      reasons: parts.flatMap(({ repeat, share }) => share.reasons.map((why) => `repeat ${repeat}: ${why}`)),
    };
  });
}

/** The agents of a run, over all of it. */
export function runAgents({ agents, measurements, losses }: RunData): RunAgent[] {
  return agents.map(({ agent, machine, processes }) => {
    const parts = measurements.flatMap((measurement) => partsOf(measurement, agent));
    const offsets = parts.map(({ share }) => share.clock_offset_ms);
    const lost = losses.findLast((loss) => loss.agent === agent);
    return {
      agent,
      machine,
      processes,
      measurements: parts.length,
      invalid: parts.filter(({ share }) => share.reasons.length > 0).length,
      ...worstSecond(parts.flatMap(({ samples }) => samples)),
      clock_offset_low_ms: offsets.length === 0 ? null : Math.min(...offsets),
      clock_offset_high_ms: offsets.length === 0 ? null : Math.max(...offsets),
      clock_error_ms: largest(parts.map(({ share }) => share.clock_error_ms)),
      lost_at_s: lost === undefined ? null : lost.at_ms / SECOND_MS,
    };
  });
}

export function lostAgents({ losses }: RunData): AgentLost[] {
  return losses.map(({ at_ms, agent, reason }) => ({ at_s: at_ms / SECOND_MS, agent, reason }));
}

/** What a reader of the answer has to know of them. */
export function lossSentences({ losses }: RunData): string[] {
  if (losses.length === 0) return [];
  const names = [...new Set(losses.map(({ agent }) => agent))];
  const made = new Set(losses.map(({ run, attempt }) => `${run} ${attempt}`)).size;
  const who = names.length === 1 ? `Agent ${names[0]} was` : `Agents ${names.join(', ')} were`;
  return [
    `${who} lost on the way: ${made === 1 ? 'the measurement that it took along was' : `${plural(made, 'measurement')} were`} dropped, and dealt again to those left.`,
  ];
}

interface AgentPart {
  readonly repeat: number;
  readonly share: Measurement['shares'][number];
  readonly samples: Measurement['samples'];
  /** Of its clients together. */
  readonly perSecond: number;
}

/** None, or the one that it had. */
function partsOf({ cell, shares, samples }: Measurement, agent: string): AgentPart[] {
  const share = shares.find((each) => each.agent === agent);
  if (share === undefined) return [];
  const perSecond = share.clients.reduce((sum, client) => sum + (cell.client_msgs_per_s[client - 1] ?? 0), 0);
  return [
    { repeat: cell.repeat, share, samples: samples.filter((sample) => sample.agent === agent), perSecond },
  ];
}

function worstSecond(
  samples: Measurement['samples'],
): Pick<CellAgent, 'client_cpu_percent' | 'client_loop_lag_ms'> {
  return {
    client_cpu_percent: largest(samples.map(({ cpu_percent }) => cpu_percent)),
    client_loop_lag_ms: largest(samples.map(({ loop_lag_p99_ms }) => loop_lag_p99_ms)),
  };
}

function namesIn(measurements: readonly Measurement[]): string[] {
  return [...new Set(measurements.flatMap(({ shares }) => shares.map(({ agent }) => agent)))].sort();
}

/** null if there is none. */
function largest(values: readonly number[]): number | null {
  return values.length === 0 ? null : Math.max(...values);
}
