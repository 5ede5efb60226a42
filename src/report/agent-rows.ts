import type { Analysis, Cell, CellAgent, RunAgent } from '../analysis/run/analysis.ts';
import { durationText, grouped, paceText, plural, rateText } from '../wording/figures.ts';

/** The columns of the agents apart, a row for each that had a part in a cell. */
export const AGENT_HEADER: readonly string[] = [
  'agent',
  'block',
  'its clients',
  'rate',
  'messages/s',
  'of all',
  'CPU',
  'clock',
  '±',
  '',
];

export function agentRows({ cells }: Analysis): string[][] {
  return cells.flatMap((cell) => cell.agents.map((agent) => rowOf(cell, agent)));
}

function rowOf({ block, rate, msgs_per_s }: Cell, agent: CellAgent): string[] {
  return [
    agent.agent,
    grouped(block),
    grouped(agent.clients),
    paceText(rate),
    rateText(agent.msgs_per_s),
    rateText(msgs_per_s),
    cpuText(agent.client_cpu_percent),
    offsetText(agent.clock_offset_ms),
    durationText(agent.clock_error_ms),
    agent.reasons.length === 0 ? '' : 'INVALID',
  ];
}

/** A line for each agent, and one for each that was lost. */
export function agentLines({ agents, timeline }: Analysis): string[] {
  return [
    ...agents.map(agentLine),
    ...timeline.losses.map(
      ({ at_s, agent, reason }) =>
        `agent ${agent} was lost ${at_s.toFixed(1)} s into the run (${reason}): what it had a part in was measured again by the others`,
    ),
  ];
}

function agentLine(agent: RunAgent): string {
  const { machine, processes, measurements, clock_offset_low_ms: low, clock_offset_high_ms: high } = agent;
  const clock =
    low === null || high === null
      ? ''
      : `; its clock was ${[...new Set([offsetText(low), offsetText(high)])].join(' to ')} from the bench's, ± ${durationText(agent.clock_error_ms ?? 0)}`;
  const { cores, cpu, os, architecture, node } = machine;
  return `agent ${agent.agent}: ${plural(processes, 'process')} on ${cores} × ${cpu}, ${os} ${architecture}, Node ${node.slice(1)}; a part in ${plural(measurements, 'measurement')}${clock}`;
}

function cpuText(percent: number | null): string {
  return percent === null ? '–' : `${Math.round(percent)} %`;
}

/** With its sign. */
function offsetText(ms: number): string {
  return `${ms < 0 ? '−' : '+'}${durationText(Math.abs(ms))}`;
}
