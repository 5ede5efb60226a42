import { ChurnMap } from '../../host/churn-map.ts';
import { Holding, type LeaseStanding } from './holding.ts';

/**
 * How many released names are remembered that the store is to forget. Beyond it, the oldest stays in the store as this member's, and who
 * asks for it is told that it is not held.
 */
const MOST_LEFT = 100_000;

/** The names that the connections of this member have, and those of which the store has to be told something. */
export class Holdings {
  readonly #all = new ChurnMap<string, Holding>();
  /** Names whose entry may differ from what is here. */
  readonly #unsettled = new ChurnMap<string, true>();
  /** At which revision a name was released; undefined if the store may have it at another, or not. */
  readonly #left = new Map<string, number | undefined>();
  #ids = 0;

  get size(): number {
    return this.#all.size;
  }

  /** How many names have to be settled. */
  get unsettled(): number {
    return this.#unsettled.size;
  }

  of(name: string): Holding | undefined {
    return this.#all.get(name);
  }

  /** The number of one more lease; none is used again. */
  nextId(): number {
    return ++this.#ids;
  }

  /** A connection gets the name. Whoever has it here is superseded. */
  give(
    { name, digest }: Pick<Holding, 'name' | 'digest'>,
    { revision, after, former }: Omit<LeaseStanding, 'wasStored'>,
    id: number = this.nextId(),
  ): Holding {
    const before = this.#all.get(name);
    const holding = new Holding(
      { name, digest, id, takenOver: before !== undefined },
      { revision, after, former, wasStored: revision !== undefined },
      (released) => this.#release(released),
    );
    this.#all.delete(name);
    this.#all.set(name, holding);
    this.#left.delete(name);
    if (revision === undefined) this.unsettle(name);
    before?.superseded();
    return holding;
  }

  /** The name is another member's. */
  lose(holding: Holding): void {
    this.#drop(holding);
    holding.superseded();
  }

  /** Whose the name is nobody can say: its connection has to claim it again. */
  revoke(holding: Holding): void {
    this.#drop(holding);
    holding.revoked();
  }

  revokeAll(): void {
    for (const holding of this.#all.values()) this.revoke(holding);
  }

  /** The name has to be compared with the store, after those that wait already. */
  unsettle(name: string): void {
    this.#unsettled.delete(name);
    this.#unsettled.set(name, true);
  }

  /** What was held by an old fence counts no more: each has to be claimed again. */
  unsettleAll(): void {
    for (const { name, standing } of this.#all.values()) {
      standing.revision = undefined;
      this.unsettle(name);
    }
  }

  settled(name: string): void {
    this.#unsettled.delete(name);
    if (!this.#all.has(name)) this.#left.delete(name);
  }

  /** Names to settle, those first that have waited longest. */
  toSettle(most: number): string[] {
    return this.#unsettled.keys(most);
  }

  /** Those that were looked up longest ago; they go to the end. */
  toAudit(most: number): Holding[] {
    const chosen = this.#all.keys(most).flatMap((name) => this.#all.get(name) ?? []);
    for (const holding of chosen) {
      this.#all.delete(holding.name);
      this.#all.set(holding.name, holding);
    }
    return chosen;
  }

  /** At which revision the store has a name that was released here, if that is known. */
  leftAt(name: string): number | undefined {
    return this.#left.get(name);
  }

  #drop(holding: Holding): void {
    if (this.#all.get(holding.name) === holding) this.#all.delete(holding.name);
    this.#unsettled.delete(holding.name);
  }

  #release(holding: Holding): void {
    if (this.#all.get(holding.name) !== holding) return;
    this.#all.delete(holding.name);
    this.#left.set(holding.name, holding.standing.revision);
    this.unsettle(holding.name);
    this.#forgetOldest();
  }

  #forgetOldest(): void {
    if (this.#left.size <= MOST_LEFT) return;
    for (const name of this.#left.keys()) {
      this.#left.delete(name);
      if (!this.#all.has(name)) this.#unsettled.delete(name);
      return;
    }
  }
}
