/** The arithmetic of a row: medians, spread, and whether a target is met. Pure, but for `alternate`. */
import { median } from '../kit/quantile.mjs';

/**
 * One measurement of ours and one of the peer's, in one unit, one after the other.
 *
 * @typedef {{ ours: number, peer?: number }} Pair
 * @typedef {'ratio' | 'difference' | 'value'} Comparison `value` is that of ours alone
 * @typedef {{ atLeast: number, atMost?: undefined } | { atMost: number, atLeast?: undefined }} Target
 * @typedef {'met' | 'missed' | 'failed' | 'told'} Outcome
 */

/** @param {readonly number[]} values */
export function spread(values) {
  return { minimum: Math.min(...values), maximum: Math.max(...values) };
}

/** How ours stands to the peer's in one pair of runs. @type {Record<Comparison, (pair: Pair) => number>} */
const COMPARISONS = {
  ratio: ({ ours, peer = Number.NaN }) => ours / peer,
  difference: ({ ours, peer = Number.NaN }) => ours - peer,
  value: ({ ours }) => ours,
};

/**
 * Medians and spread of what the runs compare to.
 *
 * @param {readonly Pair[]} runs
 * @param {Comparison} compare
 */
export function summarise(runs, compare) {
  const figures = runs.map(COMPARISONS[compare]);
  const peers = runs.flatMap(({ peer }) => peer ?? []);
  return {
    ours: median(runs.map(({ ours }) => ours)),
    peer: peers.length > 0 ? median(peers) : undefined,
    figure: median(figures),
    ...spread(figures),
  };
}

/** Slack halves what is asked for: it lets noise pass, and finds what has become twice as slow. @param {Target} target @returns {Target} */
export function slackened(target) {
  if (target.atLeast !== undefined) return { atLeast: target.atLeast / 2 };
  return { atMost: target.atMost * 2 };
}

/** A figure that is not a number meets nothing. @param {number} figure @param {Target} target */
export function isMet(figure, target) {
  if (target.atLeast !== undefined) return figure >= target.atLeast;
  return figure <= target.atMost;
}

/** It is `failed` without a figure, and `told` without a target. @param {number} figure @param {Target | undefined} target @returns {Outcome} */
export function outcomeOf(figure, target) {
  if (!Number.isFinite(figure)) return 'failed';
  if (target === undefined) return 'told';
  return isMet(figure, target) ? 'met' : 'missed';
}

/** A run that measured nothing has shown nothing. @param {readonly Outcome[]} outcomes */
export function exitCode(outcomes) {
  const good = outcomes.length > 0 && outcomes.every((outcome) => outcome === 'met' || outcome === 'told');
  return good ? 0 : 1;
}

/**
 * Measures ours, peer, ours, peer …, so that whatever else the machine does falls on both.
 *
 * @template T
 * @param {number} times
 * @param {(index: number) => T | Promise<T>} ours
 * @param {(index: number) => T | Promise<T>} peer
 */
export async function alternate(times, ours, peer) {
  const runs = [];
  for (let i = 0; i < times; i++) runs.push({ ours: await ours(i), peer: await peer(i) });
  return runs;
}
