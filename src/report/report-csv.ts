import type { Analysis, Cell, CellAgent, Quantity } from '../analysis/run/analysis.ts';
import { printable } from '../wording/printable.ts';

const QUANTITIES = ['elapsed_ms', 'interval_ms', 'latency_ms', 'latency_from_send_ms'] as const;
const STATISTICS = ['p50', 'p90', 'p99', 'p99_low', 'p99_high', 'max', 'mean', 'ci_low', 'ci_high'] as const;

/**
 * Every number of every cell, one row a cell, by RFC 4180; empty where a quantity is unknown. Behind the row of a cell comes one for
 * each agent that had a part in it, which names it.
 */
export function reportCsv({ cells }: Analysis): string {
  const header = [
    ...['block', 'clients', 'stream', 'rate', 'repeats', 'valid', 'proved', 'blocks', 'messages'],
    ...['msgs_per_s', 'msgs_per_s_low', 'msgs_per_s_high', 'bytes_per_s', 'clock_error_ms', 'resumes'],
    ...['fairness_jain', 'min_msgs_per_s', 'max_msgs_per_s'],
    ...QUANTITIES.flatMap((quantity) => STATISTICS.map((statistic) => `${quantity}_${statistic}`)),
    ...['agent', 'client_cpu_percent', 'clock_offset_ms'],
  ];
  const rows = cells.flatMap((cell) => [
    rowOf(cell),
    ...cell.agents.map((agent) => {
      const row = agentRow(cell, agent);
      return header.map((column) => row[column]);
    }),
  ]);
  return [header, ...rows].map((row) => `${row.map(fieldOf).join(',')}\r\n`).join('');
}

function rowOf(cell: Cell): unknown[] {
  const { fairness } = cell;
  return [
    ...[
      cell.block,
      cell.clients,
      cell.stream,
      cell.rate,
      cell.repeats,
      cell.valid,
      cell.proved,
      cell.blocks,
      cell.messages,
    ],
    ...[
      cell.msgs_per_s,
      cell.msgs_per_s_low,
      cell.msgs_per_s_high,
      cell.bytes_per_s,
      cell.clock_error_ms,
      cell.resumes,
    ],
    ...[fairness.jain, fairness.min_msgs_per_s, fairness.max_msgs_per_s],
    ...QUANTITIES.flatMap((quantity) => {
      const values: Quantity | null = cell[quantity];
      return STATISTICS.map((statistic) => values?.[statistic]);
    }),
    ...[undefined, cell.tool.client_cpu_percent, undefined],
  ];
}

/** By column: what is known of an agent alone. */
function agentRow({ block, stream, rate }: Cell, agent: CellAgent): Readonly<Record<string, unknown>> {
  const { clients, repeats, msgs_per_s, clock_error_ms, client_cpu_percent, clock_offset_ms } = agent;
  const valid = agent.reasons.length === 0;
  const cell = { block, clients, stream, rate, repeats, valid, msgs_per_s, clock_error_ms };
  return { ...cell, agent: agent.agent, client_cpu_percent, clock_offset_ms };
}

function fieldOf(value: unknown): string {
  const text = value === null || value === undefined ? '' : printable(String(value));
  return /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
