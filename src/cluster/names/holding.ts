import type { Lease, LeaseOwner } from '../../server/clients/name-registry.ts';
import type { NameEntry } from './name-entry.ts';

/** What is known of a lease in the store. */
export interface LeaseStanding {
  /** The revision that the store has it at, by the fence that counts now; undefined if it is not known to be there. */
  revision: number | undefined;
  /** Whether it ever was there. Otherwise it was given when the store could not be asked. */
  wasStored: boolean;
  /** What has no higher revision than this was written before the lease was given. */
  readonly after: number;
  /** Whose the name was in the store, as long as they are not told. */
  former: NameEntry | undefined;
}

/** A lease that this member has given to one of its connections. */
export class Holding implements Lease {
  readonly name: string;
  /** Which of this member's leases it is. */
  readonly id: number;
  readonly digest: string;
  readonly takenOver: boolean;
  readonly standing: LeaseStanding;
  readonly #released: (holding: Holding) => void;
  #yields = false;
  #ended: 'superseded' | 'revoked' | undefined;
  #owner: LeaseOwner | undefined;

  constructor(
    { name, id, digest, takenOver }: Pick<Holding, 'name' | 'id' | 'digest' | 'takenOver'>,
    standing: LeaseStanding,
    released: (holding: Holding) => void,
  ) {
    this.name = name;
    this.id = id;
    this.digest = digest;
    this.takenOver = takenOver;
    this.standing = standing;
    this.#released = released;
  }

  /** Whether anybody may take over the name. */
  get yields(): boolean {
    return this.#yields;
  }

  belongTo(owner: LeaseOwner): void {
    this.#owner = owner;
    this.#tell();
  }

  giveWay(): void {
    this.#yields = true;
  }

  release(): void {
    this.#released(this);
  }

  /** A later connection has the name. */
  superseded(): void {
    this.#end('superseded');
  }

  /** Nobody can say whether this connection or another is the later one: it has to claim the name again. */
  revoked(): void {
    this.#end('revoked');
  }

  #end(how: 'superseded' | 'revoked'): void {
    if (this.#ended !== undefined) return;
    this.#ended = how;
    this.#tell();
  }

  #tell(): void {
    if (this.#ended === 'superseded') this.#owner?.superseded();
    if (this.#ended === 'revoked') this.#owner?.revoked();
  }
}
