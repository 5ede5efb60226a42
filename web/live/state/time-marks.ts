import type { Mark } from '../../../src/server/live/live-line.ts';

const MOST_MARKS = 400;

export type MarkKind = Mark['kind'];

/** What marks are called, and what shows them. */
export const MARK_KINDS: Readonly<Record<MarkKind, { readonly label: string; readonly symbol: MarkSymbol }>> =
  {
    started: { label: 'server started', symbol: 'triangle' },
    resume: { label: 'resume', symbol: 'circle' },
    fault: { label: 'fault', symbol: 'diamond' },
    lost: { label: 'lost', symbol: 'square' },
    mismatch: { label: 'mismatch', symbol: 'times' },
  };

type MarkSymbol = 'triangle' | 'circle' | 'diamond' | 'square' | 'times';

export function addMarks(marks: readonly Mark[], added: readonly Mark[]): readonly Mark[] {
  return added.length === 0 ? marks : [...marks, ...added].slice(-MOST_MARKS);
}

/** Marks of one kind that can't be told apart on the axis. */
export interface MarkGroup {
  readonly kind: MarkKind;
  readonly at_ms: number;
  readonly marks: readonly Mark[];
}

/** @param apartMs what the axis can tell apart */
export function groupMarks(marks: readonly Mark[], fromMs: number, apartMs: number): readonly MarkGroup[] {
  const groups = new Map<string, Mark[]>();
  for (const mark of marks) {
    if (mark.at_ms < fromMs || !(mark.kind in MARK_KINDS)) continue;
    const key = `${mark.kind} ${Math.floor(mark.at_ms / apartMs)}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [mark]);
    else group.push(mark);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first === undefined ? [] : [{ kind: first.kind, at_ms: first.at_ms, marks: group }];
  });
}
