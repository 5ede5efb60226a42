import { isRefused } from '../analysis/estimate/estimate.ts';
import type {
  Analysis,
  BlockTimeModel,
  ReportedEstimate,
  ScalabilityModel,
} from '../analysis/run/analysis.ts';
import {
  durationText,
  grouped,
  intervalText,
  paceText,
  percentText,
  plural,
  rateText,
} from '../wording/figures.ts';

/** Each model in a line, or why there is none. */
export function modelLines({ models }: Analysis): string[] {
  return [
    ...models.block_time.map(blockTimeLine),
    ...models.scalability.filter(({ rate }) => rate === 'max').map(scalabilityLine),
  ];
}

function blockTimeLine({ stream, rate, clients, fit }: BlockTimeModel): string {
  const pooled =
    rate === 'max' ? 'all numbers of clients, a block’s share of the server' : 'all numbers of clients';
  const who = clients === null ? pooled : plural(clients, 'client');
  const what = `block time, ${stream} at ${paceText(rate)}, ${who}`;
  if (isRefused(fit)) return `${what}: no fit, ${fit.refused}`;
  const { fixed_ms: fixed, per_message_ms: each, relative_error } = fit;
  return `${what}: ${durationText(fixed.value)} (${range(fixed)}) + ${durationText(each.value)} (${range(each)}) per message; scatter ${percentText(relative_error)}`;
}

function scalabilityLine({ stream, block, fit, knee_clients }: ScalabilityModel): string {
  const what = `throughput, ${stream}, blocks of ${grouped(block)}`;
  const knee = knee_clients === null ? 'no knee' : `knee at ${plural(knee_clients, 'client')}`;
  if (isRefused(fit)) return `${what}: no fit, ${fit.refused}; ${knee}`;
  const peak =
    fit.peak_clients === null
      ? 'no peak'
      : `peak of ${rateText(fit.peak_msgs_per_s?.value ?? 0)}/s at ${estimateText(fit.peak_clients)} clients`;
  return `${what}: one client ${rateText(fit.one_client_msgs_per_s.value)}/s, contention ${estimateText(fit.contention)}, coherence ${estimateText(fit.coherence)}, R² ${shortNumber(fit.r_squared)}, ${peak}; ${knee}`;
}

function estimateText({ value, low, high }: ReportedEstimate): string {
  return `${shortNumber(value)} (${shortNumber(low)} to ${high === null ? 'no bound' : shortNumber(high)})`;
}

function shortNumber(value: number): string {
  return String(Number(value.toPrecision(3)));
}

function range({ low, high }: { readonly low: number; readonly high: number | null }): string {
  return high === null ? `${durationText(low)} to no bound` : intervalText(low, high, durationText);
}
