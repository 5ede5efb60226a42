import type { Analysis, Cell } from '../analysis/run/analysis.ts';
import { durationText, grouped, intervalText, paceText, plural, rateText } from '../wording/figures.ts';

/** The columns shown to people; the JSON and CSV forms have all. */
export function cellHeader({ cells }: Analysis): string[] {
  const latency = cells.some(({ latency_ms }) => latency_ms !== null);
  return [
    'block',
    'clients',
    'rate',
    'block time',
    '95 % interval',
    'p50',
    'p99',
    ...(latency ? ['latency p50', 'p99'] : []),
    'messages/s',
    'fairness',
    'blocks',
    '',
  ];
}

export function cellRows({ cells }: Analysis): string[][] {
  const latency = cells.some(({ latency_ms }) => latency_ms !== null);
  return cells.map((cell) => {
    const { interval_ms, latency_ms } = cell;
    const time = (ms: number | undefined) => (ms === undefined ? '–' : durationText(ms));
    const quantile = (ms: number | undefined) => (ms === 0 ? 'in one read' : time(ms));
    return [
      grouped(cell.block),
      grouped(cell.clients),
      paceText(cell.rate),
      time(interval_ms?.mean),
      interval_ms === null ? '–' : intervalText(interval_ms.ci_low, interval_ms.ci_high, durationText),
      quantile(interval_ms?.p50),
      quantile(interval_ms?.p99),
      ...(latency ? [time(latency_ms?.p50), time(latency_ms?.p99)] : []),
      rateText(cell.msgs_per_s),
      cell.fairness.jain.toFixed(3),
      grouped(cell.blocks),
      wordOf(cell),
    ];
  });
}

function wordOf({ proved, provable, valid }: Cell): string {
  if (!proved && provable) return 'NOT PROVED';
  if (!valid) return 'INVALID';
  return proved ? 'proved' : 'NOT PROVED';
}

/** Why cells are invalid, one line each. */
export function reasonLines({ cells }: Analysis): string[] {
  return cells.flatMap(({ block, clients, rate, reasons }) =>
    reasons.map(
      (reason) => `block ${grouped(block)}, ${plural(clients, 'client')}, ${paceText(rate)}: ${reason}`,
    ),
  );
}
