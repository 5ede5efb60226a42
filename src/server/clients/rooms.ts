import type { ConnectionLimits } from './connection-limits.ts';
import type { Claimant, Lease, LeaseOwner, NameFault, NameRegistry } from './name-registry.ts';

/** What a client wants: a place, and a name. */
export interface RoomRequest {
  /** Undefined if any name will do. */
  readonly name: string | undefined;
  readonly token: string;
  readonly address: string | undefined;
}

/** Why a client can't have its name, or that there is no place for it, in a sentence. */
export type RoomFault =
  | { readonly kind: 'name'; readonly name: string; readonly fault: NameFault }
  | { readonly kind: 'full'; readonly sentence: string };

/** What a client holds: its name and its place. */
export interface Room {
  readonly name: string;
  /** Sets the callback for when a later connection takes the name over; calls it at once if one already has. */
  belongTo(owner: LeaseOwner): void;
  /** Lets anybody take over the name from now on. */
  giveWay(): void;
  /** Gives name and place back; calling it again does no harm. */
  release(): void;
}

/** The names and places that clients take: of all that serve on one port. */
export interface Rooms {
  /** How many clients of this process have a name. */
  readonly held: number;
  /** Why a client can't have its room, as far as is known here; only a claim makes sure. */
  fault(request: RoomRequest): RoomFault | undefined;
  /** Claims a name and a place. What is known to be free is taken before this returns. */
  claim(request: RoomRequest, claimant: Claimant): Promise<Room | RoomFault>;
  /** Why there is no place for one more of this address, as far as is known here. */
  placeFault(address: string | undefined): string | undefined;
  /** Takes a place without a name. @returns what gives it back; or why there is none, as a sentence */
  takePlace(address: string | undefined): Promise<(() => void) | string>;
}

/** Rooms whose places are counted in this process. */
export class OwnRooms implements Rooms {
  readonly #names: NameRegistry;
  readonly #limits: ConnectionLimits;

  constructor(names: NameRegistry, limits: ConnectionLimits) {
    this.#names = names;
    this.#limits = limits;
  }

  get held(): number {
    return this.#names.held;
  }

  fault({ name, token, address }: RoomRequest): RoomFault | undefined {
    if (name !== undefined && !this.#names.admits(name, token))
      return { kind: 'name', name, fault: 'in use' };
    // Taking over a name also takes the place of the connection that holds it.
    return name === undefined || this.#names.isFree(name) ? this.#full(address) : undefined;
  }

  async claim({ name: asked, token, address }: RoomRequest, claimant: Claimant): Promise<Room | RoomFault> {
    const name = asked ?? this.#names.freeName();
    const place = new HeldPlace(this.#limits, address);
    if (this.#names.isFree(name)) {
      const full = this.#full(address);
      if (full !== undefined) return full;
      place.take();
    }
    const lease = await this.#names.claim(name, token, claimant);
    if (typeof lease === 'string') {
      place.leave();
      return { kind: 'name', name, fault: lease };
    }
    const full = place.taken || lease.takenOver ? undefined : this.#full(address);
    if (full !== undefined) {
      lease.release();
      return full;
    }
    place.take();
    return new OwnRoom(name, lease, place);
  }

  placeFault(address: string | undefined): string | undefined {
    return this.#limits.fault(address);
  }

  async takePlace(address: string | undefined): Promise<(() => void) | string> {
    const full = this.placeFault(address);
    if (full !== undefined) return full;
    const place = new HeldPlace(this.#limits, address);
    place.take();
    return () => place.leave();
  }

  #full(address: string | undefined): RoomFault | undefined {
    const sentence = this.placeFault(address);
    return sentence === undefined ? undefined : { kind: 'full', sentence };
  }
}

/** A client's place, which counts once. */
class HeldPlace {
  readonly #limits: ConnectionLimits;
  readonly #address: string | undefined;
  #taken = false;

  constructor(limits: ConnectionLimits, address: string | undefined) {
    this.#limits = limits;
    this.#address = address;
  }

  get taken(): boolean {
    return this.#taken;
  }

  take(): void {
    if (!this.#taken) this.#limits.entered(this.#address);
    this.#taken = true;
  }

  leave(): void {
    if (this.#taken) this.#limits.left(this.#address);
    this.#taken = false;
  }
}

class OwnRoom implements Room {
  readonly name: string;
  readonly #lease: Lease;
  readonly #place: HeldPlace;

  constructor(name: string, lease: Lease, place: HeldPlace) {
    this.name = name;
    this.#lease = lease;
    this.#place = place;
  }

  belongTo(owner: LeaseOwner): void {
    this.#lease.belongTo(owner);
  }

  giveWay(): void {
    this.#lease.giveWay();
  }

  release(): void {
    this.#lease.release();
    this.#place.leave();
  }
}
