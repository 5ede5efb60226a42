/**
 * How throughput grows with the number of clients, and where it stops.
 *
 * Theory: N. J. Gunther, "Guerrilla Capacity Planning" (2007), the Universal Scalability Law X(N) = lambda N / (1 +
 * sigma (N - 1) + kappa N (N - 1)): lambda is what one client gets, sigma the share that only one can do at a time
 * (contention), kappa the price of every pair's agreement (coherence). With kappa above 0 throughput is highest at
 * N* = sqrt((1 - sigma) / kappa) and falls beyond.
 *
 * Fitted by non-linear least squares on ln X, since throughput scatters by a share of itself: every number of
 * clients has the same say in percent. sigma and kappa are at least 0.
 *
 * The intervals are by repeat: see jackknife.ts. That of the peak is worked out for 1 / N*^2 and 1 / X(N*), which
 * stay finite as kappa goes to 0, and turned over; its upper end is Infinity where the data can't tell that there
 * is a peak at all. They come from fits without the bounds, which would make intervals vanish where sigma or kappa
 * is 0. Measured in 1,000 trials each: they hold lambda, sigma, kappa, N* and X(N*) in 93 to 96 %; where sigma or
 * kappa is 0 in truth, one end can't miss, and they hold it in 98 %.
 */
import { DEFAULT_LEVEL, type Estimate, type Refused } from '../estimate/estimate.ts';
import { jackknifeReach, leaveOut } from '../estimate/jackknife.ts';
import {
  DEFAULT_TOLERANCE,
  type FitOptions,
  type FitQuality,
  lackOfFit,
  type RelativeResidual,
  worstMiss,
} from './lack-of-fit.ts';
import { leastSquares, type Problem } from './least-squares.ts';

/** The throughput of one repeat with so many clients. */
export interface ScalabilityPoint {
  readonly repeat: number;
  readonly clients: number;
  /** Of all clients together; above 0. */
  readonly throughput: number;
}

/** A point, and where the law puts it. */
interface ScalabilityResidual extends ScalabilityPoint {
  readonly fitted: number;
  /** (throughput - fitted) / fitted. */
  readonly relative: number;
}

/** The law at one of the measured numbers of clients, with its interval. */
interface ScalabilityValue extends Estimate {
  readonly clients: number;
}

/** Where throughput is highest according to the law. */
interface ScalabilityPeak {
  readonly clients: Estimate;
  readonly throughput: Estimate;
  /** Whether it lies beyond the measured numbers of clients, and so is a guess. */
  readonly isBeyond: boolean;
}

/** A law that the data support. */
export interface ScalabilityLawFit extends FitQuality {
  /** lambda: the throughput of one client, by the law. */
  readonly single: Estimate;
  /** sigma. */
  readonly contention: Estimate;
  /** kappa. */
  readonly coherence: Estimate;
  /**
   * Undefined if the best kappa is 0, one client is best, or contention may be 1: the law then has no peak, or none
   * that can be located.
   */
  readonly peak?: ScalabilityPeak;
  readonly clients: readonly number[];
  /** The law at each measured number of clients. */
  readonly curve: readonly ScalabilityValue[];
  readonly residuals: readonly ScalabilityResidual[];
}

/** Fits the law, or says why the data do not support it. */
export function fitScalability(
  points: readonly ScalabilityPoint[],
  options: FitOptions = {},
): ScalabilityLawFit | Refused {
  const { level = DEFAULT_LEVEL, tolerance = DEFAULT_TOLERANCE } = options;
  const clients = [...new Set(points.map((point) => point.clients))].sort((a, b) => a - b);
  if (clients.length < 4) {
    return {
      refused: `the scalability law needs 4 numbers of clients, and there ${clients.length === 1 ? 'is' : 'are'} ${clients.length}`,
    };
  }
  if (!points.every(({ throughput }) => throughput > 0 && throughput < Number.POSITIVE_INFINITY)) {
    return { refused: 'a throughput is not a number above 0' };
  }
  const law = solve(points);
  if (law === undefined) return { refused: 'the fit of the scalability law does not settle' };
  const residuals = points.map((point) => residualOf(point, law));
  const misses = residuals.map(({ repeat, clients: setting, relative }) => ({ repeat, setting, relative }));
  const fault = lackOfFit(misses, 3);
  const miss = worstMiss(misses, fault, tolerance);
  if (miss !== undefined) return { refused: misfit(miss) };
  const { parts, freedom, basis } = leaveOut(points, 3);
  const free = solve(points, FREE);
  const laws = parts.map((part) => solve(part, FREE)).filter((part) => part !== undefined);
  if (free === undefined || laws.length < parts.length)
    return { refused: 'the scalability law rests on a single repeat or point' };
  const estimate = (of: (law: Law) => number): Estimate => {
    const value = of(law);
    const centre = of(free);
    const reach = jackknifeReach(laws.map(of), freedom, level);
    const low = Math.max(0, Math.min(value, centre - reach));
    return { value, low, high: Math.max(value, centre + reach), level, basis };
  };
  const last = clients.at(-1) ?? 0;
  const contention = estimate((of) => of.contention);
  // Contention can only be between 0 and 1.
  if (contention.high - contention.low >= 1) return { refused: undetermined(contention) };
  const peak = peakClients(law);
  const hasPeak = contention.high < 1 && peak > 1 && peak < Number.POSITIVE_INFINITY;
  return {
    single: estimate(({ single }) => single),
    contention,
    coherence: estimate(({ coherence }) => coherence),
    ...(hasPeak && {
      peak: {
        clients: turnedOver(estimate(peakRarity), Math.sqrt),
        throughput: turnedOver(estimate(peakSlowness)),
        isBeyond: peak > last,
      },
    }),
    clients,
    repeats: new Set(points.map(({ repeat }) => repeat)).size,
    scatter: Math.sqrt(
      residuals.reduce((sum, { relative }) => sum + relative ** 2, 0) / Math.max(1, points.length - 3),
    ),
    rSquared: explained(residuals),
    ...(fault !== undefined && { lackOfFit: fault }),
    curve: clients.map((count) => ({ clients: count, ...estimate((of) => throughputOf(of, count)) })),
    residuals,
  };
}

function misfit({ setting, relative }: RelativeResidual): string {
  const percent = Math.round(Math.abs(relative) * 100);
  const side = relative > 0 ? 'above' : 'below';
  return `throughput does not follow the scalability law: with ${setting} clients it is ${percent} % ${side} the best one`;
}

function undetermined({ low, high }: Estimate): string {
  return `the repeats differ too much for the scalability law: contention could be anything from ${low.toPrecision(2)} to ${high.toPrecision(2)}`;
}

const FREE = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
const BOUNDED = [Number.NEGATIVE_INFINITY, 0, 0];

/** The three parameters of the law. */
export interface Law {
  readonly single: number;
  readonly contention: number;
  readonly coherence: number;
}

/** X(N). */
export function throughputOf({ single, contention, coherence }: Law, clients: number): number {
  return (single * clients) / (1 + contention * (clients - 1) + coherence * clients * (clients - 1));
}

/** N*: Infinity without coherence. */
function peakClients({ contention, coherence }: Law): number {
  return Math.sqrt((1 - contention) / coherence);
}

/** 1 / N*^2, and below 0 as far as the coherence is. */
function peakRarity({ contention, coherence }: Law): number {
  return coherence / (1 - contention);
}

/** 1 / X(N*), continued to a coherence below 0. */
function peakSlowness({ single, contention, coherence }: Law): number {
  const pairs = Math.sign(coherence) * Math.sqrt(Math.abs((1 - contention) * coherence));
  return (2 * pairs + contention - coherence) / single;
}

function turnedOver({ value, low, high, level, basis }: Estimate, root = (x: number) => x): Estimate {
  return { value: root(1 / value), low: root(1 / high), high: root(1 / low), level, basis };
}

function residualOf(point: ScalabilityPoint, law: Law): ScalabilityResidual {
  const fitted = throughputOf(law, point.clients);
  return { ...point, fitted, relative: point.throughput / fitted - 1 };
}

function explained(residuals: readonly ScalabilityResidual[]): number {
  const centre = residuals.reduce((sum, { throughput }) => sum + Math.log(throughput), 0) / residuals.length;
  const left = residuals.reduce((sum, { throughput, fitted }) => sum + Math.log(throughput / fitted) ** 2, 0);
  const all = residuals.reduce((sum, { throughput }) => sum + (Math.log(throughput) - centre) ** 2, 0);
  return 1 - left / all;
}

/**
 * The law with the least squares, from two starts. N / X(N) is linear in 1 / lambda, sigma / lambda and kappa / lambda,
 * which gives a good start; because of the bounds, a second one from the other side is worth its small cost.
 */
function solve(points: readonly ScalabilityPoint[], lowest: readonly number[] = BOUNDED): Law | undefined {
  const least = points.reduce((a, b) => (b.clients < a.clients ? b : a));
  const single = Math.log(least.throughput / least.clients);
  const problem = problemOf(points, lowest);
  const residuals = new Float64Array(points.length);
  const derivatives = new Float64Array(points.length * 3);
  let best: { squares: number; parameters: readonly number[] } | undefined;
  for (const start of [
    [single, 0.01, 0.0001],
    [single, 0.5, 0],
  ]) {
    const parameters = leastSquares(problem, start);
    if (parameters === undefined) continue;
    problem.evaluate(parameters, residuals, derivatives);
    const squares = residuals.reduce((sum, residual) => sum + residual * residual, 0);
    if (squares < (best?.squares ?? Number.POSITIVE_INFINITY)) best = { squares, parameters };
  }
  if (best === undefined) return;
  const [logSingle = 0, contention = 0, coherence = 0] = best.parameters;
  return { single: Math.exp(logSingle), contention, coherence };
}

/** The misses of ln X, in the parameters ln lambda, sigma and kappa. */
function problemOf(points: readonly ScalabilityPoint[], lowest: readonly number[]): Problem {
  return {
    count: points.length,
    lowest,
    evaluate([single = 0, contention = 0, coherence = 0], residuals, derivatives) {
      for (const [row, { clients, throughput }] of points.entries()) {
        const waits = clients - 1;
        const pairs = clients * waits;
        const cost = 1 + contention * waits + coherence * pairs;
        residuals[row] = single + Math.log(clients / cost) - Math.log(throughput);
        derivatives[row * 3] = 1;
        derivatives[row * 3 + 1] = -waits / cost;
        derivatives[row * 3 + 2] = -pairs / cost;
      }
    },
  };
}
