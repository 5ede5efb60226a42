import type { Membership } from '../members/membership.ts';
import type { Entry, Store, Unanswered, Written } from '../store/store.ts';
import type { Holding } from './holding.ts';
import { type NameEntry, nameKey, readName, writeName } from './name-entry.ts';

/** What the store has of a name. */
export interface NameReading extends Entry {
  /** Undefined if it is nobody's. */
  readonly entry: NameEntry | undefined;
}

/** The entries of names, as this member reads and writes them. */
export class NameBook {
  readonly #store: Store;
  readonly #membership: Membership;

  constructor(store: Store, membership: Membership) {
    this.#store = store;
    this.#membership = membership;
  }

  async look(name: string): Promise<NameReading | Unanswered> {
    const read = await this.#store.get(nameKey(name));
    if (read === 'unanswered') return read;
    this.#membership.saw(read.revision);
    return { ...read, entry: readName(read) };
  }

  /**
   * Writes that this member holds a name.
   *
   * @returns `unanswered` too if the member's fence has changed meanwhile: what was written does not count
   */
  async write(
    { name, id, digest }: Pick<Holding, 'name' | 'id' | 'digest'>,
    revision: number,
  ): Promise<Written> {
    const { member, fence } = this.#membership;
    const entry = { member, fence, lease: id, digest };
    const written = await this.#store.update(nameKey(name), writeName(entry), revision);
    if (typeof written !== 'number') return written;
    this.#membership.saw(written);
    return fence === this.#membership.fence ? written : 'unanswered';
  }

  async remove(name: string, revision: number): Promise<Written> {
    const written = await this.#store.remove(nameKey(name), revision);
    if (typeof written === 'number') this.#membership.saw(written);
    return written;
  }

  /** Whether an entry holds nothing, if this member has no connection of that name: its fence is dead, or it is a leftover of this member's. */
  isFree(entry: NameEntry): boolean {
    return this.isOwn(entry) || this.#membership.isDead(entry.member, entry.fence);
  }

  isOwn({ member, fence }: NameEntry): boolean {
    return member === this.#membership.member && fence <= this.#membership.fence;
  }

  /** Whether the store has exactly this lease, by the fence that counts. */
  has({ member, fence, lease }: NameEntry, holding: Holding): boolean {
    const own = this.#membership;
    return member === own.member && fence === own.fence && lease === holding.id;
  }
}
