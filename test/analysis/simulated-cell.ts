import type { NestedSample } from '../../src/analysis/estimate/groups.ts';
import type { Random } from '../../src/analysis/statistics/random.ts';
import { normalQuantile } from '../../src/stream/program/normal-quantile.ts';

/** How the block times of a simulated cell come about: ln time = repeat's shift + sigma z, z an AR(1) series. */
export interface CellModel {
  readonly repeats: number;
  /** In each repeat. */
  readonly blocks: number;
  readonly sigma: number;
  /** Of one block with the next, on the scale of z. */
  readonly autocorrelation: number;
  /** The standard deviation of the shifts of the repeats. */
  readonly between: number;
}

/** A draw from the standard normal distribution. */
export function normal(random: Random): number {
  return normalQuantile((random.integer(2 ** 32) + 0.5) / 2 ** 32);
}

/** Block times as heavy-tailed, as dependent and as different from repeat to repeat as the model says. */
export function simulateCell(model: CellModel, random: Random): NestedSample {
  const { repeats, blocks, sigma, autocorrelation, between } = model;
  const innovation = Math.sqrt(1 - autocorrelation ** 2);
  return Array.from({ length: repeats }, () => {
    const shift = between * normal(random);
    let z = normal(random);
    return Float64Array.from({ length: blocks }, () => {
      const time = Math.exp(shift + sigma * z);
      z = autocorrelation * z + innovation * normal(random);
      return time;
    });
  });
}

/** The quantile of all block times that the model can give: they are lognormal. */
export function trueQuantile({ sigma, between }: CellModel, probability: number): number {
  return Math.exp(Math.hypot(sigma, between) * normalQuantile(probability));
}

/** Their mean. */
export function trueMean({ sigma, between }: CellModel): number {
  return Math.exp((sigma ** 2 + between ** 2) / 2);
}
