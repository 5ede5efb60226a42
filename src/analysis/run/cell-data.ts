import type { Histogram } from '../../measure/histogram.ts';
import type { Measurement, RunData } from '../../run-file/record/run-data.ts';
import type { CellName, QuantityName } from '../../run-file/record/run-record.ts';
import { EmpiricalDistribution } from '../statistics/empirical-distribution.ts';

/** All repeats of one cell, with their measurements. */
export class CellData implements CellName {
  readonly block: number;
  readonly clients: number;
  readonly stream: string;
  readonly rate: number | 'max';
  readonly measurements: readonly Measurement[];

  /** @param measurements of one cell; at least one */
  constructor({ block, clients, stream, rate }: CellName, measurements: readonly Measurement[]) {
    this.block = block;
    this.clients = clients;
    this.stream = stream;
    this.rate = rate;
    this.measurements = measurements;
  }

  /** A quantity in each repeat that has it, in milliseconds. */
  distributions(quantity: QuantityName): EmpiricalDistribution[] {
    const each = this.measurements.map((measurement) => distributionOf(measurement, quantity));
    return each.filter(({ count }) => count > 0);
  }

  /** The mean block time of each repeat with whole blocks, in milliseconds. */
  blockTimes(): { readonly repeat: number; readonly timeMs: number }[] {
    return this.measurements.flatMap((measurement) => {
      const { count, mean } = distributionOf(measurement, 'interval');
      return count === 0 ? [] : [{ repeat: measurement.cell.repeat, timeMs: mean }];
    });
  }
}

/** The cells of a run, in the order of stream, rate, clients, block. */
export function cellsOf({ measurements }: RunData): CellData[] {
  const byName = new Map<string, Measurement[]>();
  for (const measurement of measurements) {
    const key = nameOf(measurement.cell);
    const same = byName.get(key);
    if (same === undefined) byName.set(key, [measurement]);
    else same.push(measurement);
  }
  const cells = [...byName.values()].map(([first, ...others]) => {
    if (first === undefined) throw new Error('a cell without a measurement');
    return new CellData(
      first.cell,
      [first, ...others].sort((a, b) => a.cell.repeat - b.cell.repeat),
    );
  });
  return cells.sort(
    (a, b) =>
      compare(a.stream, b.stream) ||
      rateNumber(a) - rateNumber(b) ||
      a.clients - b.clients ||
      a.block - b.block,
  );
}

/** Equal for two cells exactly if they are the same. */
export function nameOf({ block, clients, stream, rate }: CellName): string {
  return `${stream} ${rate} ${clients} ${block}`;
}

function distributionOf({ blocks, histograms }: Measurement, quantity: QuantityName): EmpiricalDistribution {
  const histogram: Histogram | undefined = histograms[quantity];
  const column = blocks[`${quantity}_ms`].filter((value) => value !== null);
  return new EmpiricalDistribution(Float64Array.from(column), histogram);
}

function rateNumber({ rate }: CellName): number {
  return rate === 'max' ? Number.MAX_VALUE : rate;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Whether every repeat of a cell has usable figures. */
export function isSound({ measurements }: CellData): boolean {
  return measurements.every(({ cell }) => isUsable(cell));
}

/**
 * Whether figures are usable: they are valid, and the messages were proved, or came from a server that gives no proof,
 * which is said beside them.
 */
export function isUsable({
  valid,
  proved,
  provable,
}: {
  readonly valid: boolean;
  readonly proved: boolean;
  readonly provable: boolean;
}): boolean {
  return valid && (proved || !provable);
}
