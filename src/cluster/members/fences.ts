import type { MemberEntry } from './member-entry.ts';

/**
 * The fences that are known to be dead. A fence that is dead stays so, and with it all that came before it; so an old reading of the
 * store can never call a member dead that is alive.
 */
export class Fences {
  /** The highest dead fence of each member. */
  readonly #deadUpTo = new Map<string, number>();

  note(member: string, { fence, dead }: Pick<MemberEntry, 'fence' | 'dead'>): void {
    const upTo = dead ? fence : fence - 1;
    if (upTo > (this.#deadUpTo.get(member) ?? 0)) this.#deadUpTo.set(member, upTo);
  }

  isDead(member: string, fence: number): boolean {
    return fence <= (this.#deadUpTo.get(member) ?? 0);
  }
}
