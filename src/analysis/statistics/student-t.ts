/**
 * The distributions of Student's t and of Fisher's F.
 *
 * Theory: both are incomplete beta functions (NIST Digital Library of Mathematical Functions 8.17; Abramowitz and
 * Stegun 26.5.27, 26.6.2). The quantile of t is found by bisection on ln t: it is asked for a few hundred times a
 * report, and cannot fail to converge.
 */
import { incompleteBeta } from './incomplete-beta.ts';

/** The chance that |t| with so many degrees of freedom is at least `t`. */
export function studentTTails(t: number, freedom: number): number {
  return incompleteBeta(freedom / (freedom + t * t), freedom / 2, 0.5);
}

/** The chance that F with so many degrees of freedom above and below is at least `f`. */
export function fisherTail(f: number, above: number, below: number): number {
  return incompleteBeta(below / (below + above * f), below / 2, above / 2);
}

/** The t that |t| with so many degrees of freedom stays below with the chance `level`: 2.776 of 0.95 and 4. */
export function studentTBound(level: number, freedom: number): number {
  let low = 1e-10;
  let high = 1e10;
  for (let step = 0; step < 200 && high / low - 1 > 1e-15; step++) {
    const middle = Math.sqrt(low * high);
    if (studentTTails(middle, freedom) > 1 - level) low = middle;
    else high = middle;
  }
  return Math.sqrt(low * high);
}
