/**
 * Moves labels of one column apart so that none covers another: in order, each at least a gap below the one before,
 * then, from the foot, back into the column. Labels that have room stay where they are.
 */
export function spreadLabels(
  wantedPx: readonly number[],
  gapPx: number,
  topPx: number,
  footPx: number,
): readonly number[] {
  const order = wantedPx.map((_, i) => i).sort((a, b) => (wantedPx[a] ?? 0) - (wantedPx[b] ?? 0));
  const groups: { middle: number; members: number[] }[] = [];
  for (const index of order) {
    groups.push({ middle: wantedPx[index] ?? 0, members: [index] });
    mergeOverlapping(groups, gapPx);
  }
  const placed = [...wantedPx];
  let free = topPx;
  for (const { middle, members } of groups) {
    let y = Math.max(middle - ((members.length - 1) * gapPx) / 2, free);
    for (const index of members) {
      placed[index] = y;
      y += gapPx;
    }
    free = y;
  }
  let limit = footPx;
  for (const index of order.reverse()) {
    const y = Math.min(placed[index] ?? 0, limit);
    placed[index] = y;
    limit = y - gapPx;
  }
  return placed;
}

/** Labels that would touch share the middle of where they want to be. */
function mergeOverlapping(groups: { middle: number; members: number[] }[], gapPx: number): void {
  for (;;) {
    const [above, below] = groups.slice(-2);
    if (above === undefined || below === undefined) return;
    const needed = ((above.members.length + below.members.length) * gapPx) / 2;
    if (below.middle - above.middle >= needed) return;
    const members = [...above.members, ...below.members];
    const middle =
      (above.middle * above.members.length + below.middle * below.members.length) / members.length;
    groups.splice(-2, 2, { middle, members });
  }
}
