import { type Estimate, isRefused, type Refused } from '../estimate/estimate.ts';
import { findKnee } from '../model/knee.ts';
import { fitRobustLine, type LinePoint } from '../model/robust-line.ts';
import { fitScalability, type ScalabilityPoint } from '../model/scalability.ts';
import { mean } from '../statistics/summary.ts';
import type {
  BlockTimeFit,
  BlockTimeModel,
  Models,
  ReportedEstimate,
  ScalabilityFit,
  ScalabilityModel,
} from './analysis.ts';
import { type CellData, isSound } from './cell-data.ts';

/**
 * Fits block time to size and throughput to clients, wherever the data support it. Only valid and proved cells count.
 */
export function modelsOf(cells: readonly CellData[]): Models {
  const sound = cells.filter(isSound);
  return { block_time: blockTimeModels(sound), scalability: scalabilityModels(sound) };
}

function blockTimeModels(cells: readonly CellData[]): BlockTimeModel[] {
  return groups(cells, ({ stream, rate }) => `${stream} ${rate}`).flatMap((group) => {
    const [{ stream, rate }] = group;
    const perClients = groups(group, ({ clients }) => String(clients)).map((same): BlockTimeModel => {
      return { stream, rate, clients: same[0].clients, fit: blockTimeFit(same, () => 1) };
    });
    if (perClients.length < 2) return perClients;
    // Clients at full speed share one server, so a block of one of n takes n times as long.
    const share = (cell: CellData) => (rate === 'max' ? cell.clients : 1);
    return [...perClients, { stream, rate, clients: null, fit: blockTimeFit(group, share) }];
  });
}

/** @param share what block times are divided by */
function blockTimeFit(cells: readonly CellData[], share: (cell: CellData) => number): BlockTimeFit | Refused {
  const points = cells.flatMap((cell): LinePoint[] =>
    cell.blockTimes().map(({ repeat, timeMs }) => ({ repeat, size: cell.block, time: timeMs / share(cell) })),
  );
  const fit = fitRobustLine(points);
  if (isRefused(fit)) return fit;
  return {
    fixed_ms: estimate(fit.fixed),
    per_message_ms: estimate(fit.perMessage),
    relative_error: fit.scatter,
    points: fit.curve.map(({ size, value }) => ({
      block: size,
      measured_ms: mean(points.filter((point) => point.size === size).map(({ time }) => time)),
      fitted_ms: value,
    })),
  };
}

function scalabilityModels(cells: readonly CellData[]): ScalabilityModel[] {
  return groups(cells, ({ stream, rate, block }) => `${stream} ${rate} ${block}`)
    .map((group): ScalabilityModel => {
      const [{ stream, rate, block }] = group;
      if (rate !== 'max') {
        const refused = 'at a paced rate throughput is what was asked for, as long as the server keeps up';
        return { stream, rate, block, fit: { refused }, knee_clients: null };
      }
      const points = group.flatMap((cell): ScalabilityPoint[] =>
        cell.measurements.map(({ cell: { repeat, msgs_per_s } }) => ({
          repeat,
          clients: cell.clients,
          throughput: msgs_per_s,
        })),
      );
      const knee = findKnee(
        group.map(({ clients, measurements }) => ({
          clients,
          throughputs: measurements.map(({ cell }) => cell.msgs_per_s),
        })),
      );
      return { stream, rate, block, fit: scalabilityFit(points), knee_clients: knee?.clients ?? null };
    })
    .filter(({ fit }) => !isRefused(fit) || cells.length > 1);
}

function scalabilityFit(points: readonly ScalabilityPoint[]): ScalabilityFit | Refused {
  const fit = fitScalability(points);
  if (isRefused(fit)) return fit;
  return {
    one_client_msgs_per_s: estimate(fit.single),
    contention: estimate(fit.contention),
    coherence: estimate(fit.coherence),
    peak_clients: fit.peak === undefined ? null : estimate(fit.peak.clients),
    peak_msgs_per_s: fit.peak === undefined ? null : estimate(fit.peak.throughput),
    r_squared: fit.rSquared,
    points: fit.curve.map(({ clients, value }) => ({
      clients,
      measured_msgs_per_s: mean(
        points.filter((point) => point.clients === clients).map(({ throughput }) => throughput),
      ),
      fitted_msgs_per_s: value,
    })),
  };
}

/** JSON has no infinity. */
function estimate({ value, low, high }: Estimate): ReportedEstimate {
  return { value, low, high: Number.isFinite(high) ? high : null };
}

/** Groups items by key, in the order of each group's first. */
function groups<T>(items: readonly T[], key: (item: T) => string): [T, ...T[]][] {
  const byKey = new Map<string, [T, ...T[]]>();
  for (const item of items) {
    const group = byKey.get(key(item));
    if (group === undefined) byKey.set(key(item), [item]);
    else group.push(item);
  }
  return [...byKey.values()];
}
