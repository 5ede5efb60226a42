/**
 * Whether a curve misses its points by more than their scatter.
 *
 * Theory: the F test for lack of fit (N. R. Draper and H. Smith, "Applied Regression Analysis", chapter 2). Where a
 * setting was measured several times, the scatter of those values needs no model; what the means of the settings
 * miss the curve by, beyond that scatter, is the model's fault. What a whole repeat has in common (a machine that was
 * slower for a while) is taken out first, since it shifts all settings alike and is no curvature.
 */
import { fisherTail } from '../statistics/student-t.ts';

/** One residual: how far the measured value lies above the fitted one, as a share of it. */
export interface RelativeResidual {
  readonly repeat: number;
  /** What was varied: the block size, or the number of clients. */
  readonly setting: number;
  readonly relative: number;
}

/** How badly a curve misses. */
export interface LackOfFit {
  readonly f: number;
  /** The probability of such misses if the curve is right. */
  readonly pValue: number;
  /** The mean residual at the setting that the curve misses most, as a share of the fitted value. */
  readonly largest: number;
  readonly largestAt: number;
}

/** How well a curve fits. */
export interface FitQuality {
  readonly repeats: number;
  /** The standard deviation of the relative residuals, a robust one where the fit is: 0.05 is 5 %. */
  readonly scatter: number;
  /** The share of the variance that the curve explains, weighted or of logarithms as the fit is. */
  readonly rSquared: number;
  /** Undefined where no setting was measured more than once. */
  readonly lackOfFit?: LackOfFit;
}

/** How to fit a curve. */
export interface FitOptions {
  /** @default 0.95 */
  readonly level?: number;
  /** How far a measured value may be missed, as a share of itself, before the curve is refused. @default 0.15 */
  readonly tolerance?: number;
}

/** How far a curve may miss, as a share of the fitted value, before it is refused. */
export const DEFAULT_TOLERANCE = 0.15;

/**
 * Finds where a curve should be refused: it misses a setting by more than the tolerance, and chance is an unlikely
 * cause. Without repeats chance is unknown, so twice as much is tolerated.
 */
export function worstMiss(
  residuals: readonly RelativeResidual[],
  fault: LackOfFit | undefined,
  tolerance: number,
): RelativeResidual | undefined {
  if (fault !== undefined) {
    if (fault.pValue >= 0.01 || Math.abs(fault.largest) <= tolerance) return;
    return { repeat: 0, setting: fault.largestAt, relative: fault.largest };
  }
  return residuals
    .filter(({ relative }) => Math.abs(relative) > 2 * tolerance)
    .sort((a, b) => Math.abs(b.relative) - Math.abs(a.relative))[0];
}

/** The test; undefined without repeats, or without more settings than parameters. */
export function lackOfFit(residuals: readonly RelativeResidual[], parameters: number): LackOfFit | undefined {
  const repeats = groupedBy(residuals, ({ repeat }) => repeat);
  const settings = groupedBy(residuals, ({ setting }) => setting);
  const above = settings.size - parameters;
  const below = residuals.length - settings.size - (repeats.size - 1);
  if (above < 1 || below < 1) return;
  const ofRepeat = new Map([...repeats].map(([repeat, members]) => [repeat, meanOf(members)]));
  const centre = meanOf(residuals);
  let missed = 0;
  let scatter = 0;
  let largest = 0;
  let largestAt = Number.NaN;
  for (const [setting, members] of settings) {
    const miss = meanOf(members);
    missed += members.length * miss * miss;
    if (!(Math.abs(miss) <= Math.abs(largest))) [largest, largestAt] = [miss, setting];
    for (const { repeat, relative } of members) {
      scatter += (relative - miss - (ofRepeat.get(repeat) ?? 0) + centre) ** 2;
    }
  }
  const f = missed / above / (scatter / below);
  return { f, pValue: Number.isNaN(f) ? 1 : fisherTail(f, above, below), largest, largestAt };
}

function groupedBy(
  residuals: readonly RelativeResidual[],
  keyOf: (residual: RelativeResidual) => number,
): Map<number, RelativeResidual[]> {
  const groups = new Map<number, RelativeResidual[]>();
  for (const residual of residuals) {
    const group = groups.get(keyOf(residual));
    if (group === undefined) groups.set(keyOf(residual), [residual]);
    else group.push(residual);
  }
  return groups;
}

function meanOf(members: readonly RelativeResidual[]): number {
  return members.reduce((sum, { relative }) => sum + relative, 0) / members.length;
}
