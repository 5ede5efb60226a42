/** The arithmetic of a row: medians, spread, and whether a target is met. Pure, but for `alternate`. */

export function median(values) {
  return quantile(values, 0.5);
}

/** Linear between the two nearest ranks; NaN of nothing. */
export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  const rank = (sorted.length - 1) * share;
  const low = sorted[Math.floor(rank)] ?? Number.NaN;
  const high = sorted[Math.ceil(rank)] ?? Number.NaN;
  return low + (high - low) * (rank - Math.floor(rank));
}

export function spread(values) {
  return { minimum: Math.min(...values), maximum: Math.max(...values) };
}

/** How ours stands to the peer's in one pair of runs. */
const COMPARISONS = {
  ratio: ({ ours, peer }) => ours / peer,
  difference: ({ ours, peer }) => ours - peer,
  value: ({ ours }) => ours,
};

/**
 * @param runs pairs of one unit, each of an ours and a peer that were measured one after the other
 * @param compare 'ratio', 'difference' or 'value' (ours alone)
 */
export function summarise(runs, compare) {
  const figures = runs.map(COMPARISONS[compare]);
  const peers = runs.map(({ peer }) => peer).filter((peer) => peer !== undefined);
  return {
    ours: median(runs.map(({ ours }) => ours)),
    peer: peers.length > 0 ? median(peers) : undefined,
    figure: median(figures),
    ...spread(figures),
  };
}

/** Slack halves what is asked for: it lets noise pass, and finds what has become twice as slow. */
export function slackened(target) {
  if (target.atLeast !== undefined) return { atLeast: target.atLeast / 2 };
  return { atMost: target.atMost * 2 };
}

/** A figure that is not a number meets nothing. */
export function isMet(figure, target) {
  if (target.atLeast !== undefined) return figure >= target.atLeast;
  return figure <= target.atMost;
}

/** 'met', 'missed', 'failed' (no figure), or 'told' for a row without a target. */
export function outcomeOf(figure, target) {
  if (!Number.isFinite(figure)) return 'failed';
  if (target === undefined) return 'told';
  return isMet(figure, target) ? 'met' : 'missed';
}

/** A run that measured nothing has shown nothing. */
export function exitCode(outcomes) {
  const good = outcomes.length > 0 && outcomes.every((outcome) => outcome === 'met' || outcome === 'told');
  return good ? 0 : 1;
}

/** Measures ours, peer, ours, peer …, so that whatever else the machine does falls on both. */
export async function alternate(times, ours, peer) {
  const runs = [];
  for (let i = 0; i < times; i++) runs.push({ ours: await ours(i), peer: await peer(i) });
  return runs;
}
