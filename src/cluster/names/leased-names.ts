import type { Claimant, Lease, NameFault, NameRegistry } from '../../server/clients/name-registry.ts';
import type { Membership } from '../members/membership.ts';
import type { Entry, Written } from '../store/store.ts';
import { Holding, type LeaseStanding } from './holding.ts';
import type { Holdings } from './holdings.ts';
import type { NameBook } from './name-book.ts';
import { digestOf, type NameEntry } from './name-entry.ts';
import type { NameLocks } from './name-locks.ts';
import type { NameMessages } from './name-messages.ts';
import type { Word } from './notice.ts';

/** How often a claim begins anew because the store has changed in between. */
const MOST_ATTEMPTS = 8;

/** Who wants a name. */
interface Wanted {
  readonly name: string;
  readonly digest: string;
}

/** From whom a claimant may take a name over, if it is still theirs. */
type Obstacle = { readonly holding: Holding } | { readonly entry: NameEntry; readonly revision: number };

/** What names are claimed with. */
export interface NameParts {
  readonly book: NameBook;
  readonly membership: Membership;
  readonly holdings: Holdings;
  readonly locks: NameLocks;
  readonly messages: NameMessages;
}

/**
 * Leases names to the connections of this member, so that no two connections of all members have one. The store has an entry for each
 * name that is held, and every change of who holds it is a compare-and-set on that entry: of two that want it, one gets it.
 *
 * A claimant may take a name over that is held if it brings its token and has shown a sign of life, and only from the holder at the time
 * of its claim (docs/adr/0035). A name is free if its entry's fence counts no more. While the store can't be asked, whoever comes gets the
 * name that nobody has here; it is claimed when the store is back (`Settling`).
 */
export class LeasedNames implements NameRegistry {
  readonly #parts: NameParts;
  /** The claimant that waits for each held name: the latest one. */
  readonly #waiting = new Map<string, Claimant>();
  #nameless = 0;

  constructor(parts: NameParts) {
    this.#parts = parts;
  }

  get held(): number {
    return this.#parts.holdings.size;
  }

  /** It has the member's fence in it: whatever an earlier process of this id gave away is another name. */
  freeName(): string {
    const { holdings, membership } = this.#parts;
    const { member, fence } = membership;
    let name: string;
    do name = `client-${member}.${fence.toString(36)}-${++this.#nameless}`;
    while (holdings.of(name) !== undefined);
    return name;
  }

  isFree(name: string): boolean {
    return this.#parts.holdings.of(name) === undefined;
  }

  admits(name: string, token: string | undefined): boolean {
    const holding = this.#parts.holdings.of(name);
    if (holding === undefined || holding.yields) return true;
    return token !== undefined && holding.digest === digestOf(name, token);
  }

  async claim(name: string, token: string, claimant: Claimant): Promise<Lease | NameFault> {
    const wanted = { name, digest: digestOf(name, token) };
    let permitted: Obstacle | undefined;
    for (let attempts = 0; attempts < MOST_ATTEMPTS; attempts++) {
      const outcome = await this.#parts.locks.run(name, () => this.#attempt(wanted, permitted));
      if (outcome === 'again') continue;
      if (outcome instanceof Holding || typeof outcome === 'string') return outcome;
      const fault = await this.#permission(outcome, wanted, claimant);
      if (fault !== undefined) return fault;
      permitted = outcome;
    }
    return 'undecided';
  }

  /** Gives the name if it is free, or held by whom it may be taken from. The lock of the name is held. */
  async #attempt(
    { name, digest }: Wanted,
    permitted: Obstacle | undefined,
  ): Promise<Holding | NameFault | Obstacle | 'again'> {
    const { book, holdings, membership } = this.#parts;
    const holding = holdings.of(name);
    if (holding !== undefined) {
      if (permitted === undefined) return { holding };
      if (!('holding' in permitted) || permitted.holding !== holding) return 'late';
      return this.#takeOverHere(holding, digest);
    }
    const read = await book.look(name);
    if (read === 'unanswered')
      return holdings.give(
        { name, digest },
        { revision: undefined, after: membership.latest, former: undefined },
      );
    const { entry } = read;
    if (entry === undefined || book.isFree(entry)) return this.#take({ name, digest }, read, undefined);
    if (permitted === undefined) return { entry, revision: read.revision };
    if ('holding' in permitted || permitted.revision !== read.revision) {
      return 'revision' in permitted && read.revision < permitted.revision ? 'again' : 'late';
    }
    return this.#take({ name, digest }, read, entry);
  }

  /** A connection of this member gets the name of another one. */
  async #takeOverHere(before: Holding, digest: string): Promise<Holding | 'again'> {
    const { book, holdings } = this.#parts;
    const { revision } = before.standing;
    const wanted = { name: before.name, digest };
    const id = holdings.nextId();
    const written = revision === undefined ? 'unanswered' : await book.write({ ...wanted, id }, revision);
    if (holdings.of(before.name) !== before) return 'again'; // released meanwhile
    if (written === 'conflict') {
      holdings.lose(before);
      return 'again';
    }
    return holdings.give(
      wanted,
      this.#standingOf(written, revision ?? before.standing.after, before.standing.former),
      id,
    );
  }

  /** Writes the name as this member's. @param before whom it is taken from */
  async #take(
    wanted: Wanted,
    { revision }: Pick<Entry, 'revision'>,
    before: NameEntry | undefined,
  ): Promise<Holding | 'again'> {
    const { book, holdings, messages } = this.#parts;
    const id = holdings.nextId();
    const written = await book.write({ ...wanted, id }, revision);
    if (written === 'conflict') return 'again';
    const holding = holdings.give(wanted, this.#standingOf(written, revision, before), id);
    messages.tellFormer(holding);
    return holding;
  }

  #standingOf(
    written: Exclude<Written, 'conflict'>,
    after: number,
    former: NameEntry | undefined,
  ): Omit<LeaseStanding, 'wasStored'> {
    const { latest } = this.#parts.membership;
    return {
      revision: written === 'unanswered' ? undefined : written,
      after: Math.max(latest, after),
      former,
    };
  }

  /** Finds out whether a claimant may take a name over from whom it is. @returns why not */
  async #permission(obstacle: Obstacle, wanted: Wanted, claimant: Claimant): Promise<NameFault | undefined> {
    const { name, digest } = wanted;
    const held = 'holding' in obstacle ? obstacle.holding : obstacle.entry;
    if (held.digest !== digest) {
      const word = 'holding' in obstacle ? wordOf(obstacle.holding) : await this.#word(obstacle.entry, name);
      if (word === 'held') return 'in use';
      if (word !== 'yields') return word === 'unheld' ? undefined : 'undecided';
    }
    this.#waiting.get(name)?.giveWay();
    this.#waiting.set(name, claimant);
    const alive = await claimant.answers();
    if (this.#waiting.get(name) === claimant) this.#waiting.delete(name);
    return alive ? undefined : 'gone';
  }

  /** Asks the member that has a name; if it gives no answer, finds out whether it is there. */
  async #word(entry: NameEntry, name: string): Promise<Word | 'unknown'> {
    const { messages, membership } = this.#parts;
    const word = await messages.askHolder(entry, name);
    if (word !== undefined) return word;
    const state = await membership.judge(entry.member, entry.fence);
    return state === 'unknown' ? state : state === 'dead' ? 'unheld' : 'held';
  }
}

function wordOf({ yields }: Holding): Word {
  return yields ? 'yields' : 'held';
}
