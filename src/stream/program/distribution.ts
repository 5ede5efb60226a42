import { logarithm } from './logarithm.ts';
import { normalQuantile } from './normal-quantile.ts';
import type { Draws } from './splitmix64.ts';

/**
 * Distributions of fixed-point decimals: every value is n / 10^decimals with an integer n, so that text and
 * binary encodings of a message hold the same number.
 */
export type Distribution =
  /** n evenly from [minimum, minimum + range), both in units of 10^-decimals; 1 ≤ range ≤ 2^32. */
  | { readonly shape: 'uniform'; readonly decimals: number; readonly minimum: number; readonly range: number }
  /** Standard normal: mean 0, standard deviation 1. */
  | { readonly shape: 'normal'; readonly decimals: number }
  /** Exponential with mean 1. */
  | { readonly shape: 'exponential'; readonly decimals: number };

/** Takes one draw and gives n, the value in units of 10^-decimals. */
export function sample(distribution: Distribution, draws: Draws): number {
  switch (distribution.shape) {
    case 'uniform':
      return distribution.minimum + draws.below(distribution.range);
    case 'normal':
      return toUnits(normalQuantile(openUnit(draws)), distribution.decimals);
    case 'exponential':
      return toUnits(-logarithm(openUnit(draws)), distribution.decimals);
  }
}

/** 10^decimals, exactly: `**` may be off in the last bit in some engine. */
export function unitsPerOne(decimals: number): number {
  let units = 1;
  for (let power = 0; power < decimals; power++) units *= 10;
  return units;
}

/** n / 10^decimals as JSON text, with exactly that many decimals: (-1500, 3) is `-1.500`. */
export function fixedPoint(n: number, decimals: number): string {
  if (decimals === 0) return String(n);
  const digits = String(Math.abs(n)).padStart(decimals + 1, '0');
  const point = digits.length - decimals;
  return `${n < 0 ? '-' : ''}${digits.slice(0, point)}.${digits.slice(point)}`;
}

/** A double in (0, 1): 52 random bits and a half, exact, so that neither end is ever reached. */
function openUnit(draws: Draws): number {
  return (Number(draws.next() >> 12n) + 0.5) / 4_503_599_627_370_496; // 2^52
}

/** The nearest n, halves upwards. */
function toUnits(value: number, decimals: number): number {
  return Math.floor(value * unitsPerOne(decimals) + 0.5);
}
