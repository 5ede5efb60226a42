import { readObject } from '../members/member-entry.ts';

/** What members tell each other about names. */
export type Notice =
  /** Asks whether a lease that the store has is held. */
  | { readonly ask: 'holds'; readonly name: string; readonly lease: number }
  /** Tells whoever held a name that it is another's since this revision. */
  | { readonly ask: 'taken'; readonly name: string; readonly revision: number };

/** What a member says of a lease: it is held; it is held, and anybody may have it; it is not held, and never will be. */
export type Word = 'held' | 'yields' | 'unheld';

export function readWord(text: string): Word | undefined {
  return text === 'held' || text === 'yields' || text === 'unheld' ? text : undefined;
}

/** Reads a notice; undefined for anything else. */
export function readNotice(text: string): Notice | undefined {
  const { ask, name, lease, revision } = readObject(text) ?? {};
  if (typeof name !== 'string') return undefined;
  if (ask === 'holds' && typeof lease === 'number') return { ask, name, lease };
  if (ask === 'taken' && typeof revision === 'number') return { ask, name, revision };
  return undefined;
}
