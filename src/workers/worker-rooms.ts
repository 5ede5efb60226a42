import type { ConnectionLimits } from '../server/clients/connection-limits.ts';
import type { Claimant, LeaseOwner } from '../server/clients/name-registry.ts';
import type { Room, RoomFault, RoomRequest, Rooms } from '../server/clients/rooms.ts';
import type { ToPrimary, ToWorker } from './message.ts';

type RoomAnswer = Extract<
  ToWorker,
  { readonly type: 'granted' | 'refused' | 'prove' | 'give way' | 'superseded' | 'revoked' }
>;

/** A claim that the primary has not decided yet. */
interface Pending {
  readonly request: RoomRequest;
  readonly claimant: Claimant;
  decided(room: Room | RoomFault): void;
}

/** The names and places of all workers, as one of them has them: it asks the primary, which alone decides. */
export class WorkerRooms implements Rooms {
  readonly #limits: ConnectionLimits;
  readonly #send: (message: ToPrimary) => void;
  readonly #pending = new Map<number, Pending>();
  readonly #held = new Map<number, WorkerRoom>();
  /** Those of them that have a name. */
  readonly #named = new Map<string, WorkerRoom>();
  #next = 0;

  /** @param limits counts the clients of this worker too, so that its sockets know their address */
  constructor(limits: ConnectionLimits, send: (message: ToPrimary) => void) {
    this.#limits = limits;
    this.#send = send;
  }

  get held(): number {
    return this.#named.size;
  }

  fault({ name, token }: RoomRequest): RoomFault | undefined {
    const holder = name === undefined ? undefined : this.#named.get(name);
    if (name === undefined || holder === undefined || holder.admits(token)) return undefined;
    return { kind: 'name', name, fault: 'in use' };
  }

  claim(request: RoomRequest, claimant: Claimant): Promise<Room | RoomFault> {
    return this.#ask({ type: 'claim', room: this.#next, request }, request, claimant);
  }

  placeFault(): string | undefined {
    return undefined;
  }

  async takePlace(address: string | undefined): Promise<(() => void) | string> {
    const request = { name: '', token: '', address };
    const room = await this.#ask({ type: 'place', room: this.#next, address }, request, NOBODY);
    if (!('kind' in room)) return () => room.release();
    return room.kind === 'full' ? room.sentence : 'the server can not decide now: try again later';
  }

  /** What the primary says. */
  receive(message: RoomAnswer): void {
    const pending = this.#pending.get(message.room);
    switch (message.type) {
      case 'granted':
        if (pending !== undefined) this.#grant(message.room, message.name, pending);
        return;
      case 'refused':
        this.#pending.delete(message.room);
        pending?.decided(message.fault);
        return;
      case 'prove':
        void pending?.claimant.answers().then((alive) => {
          this.#send({ type: 'proved', room: message.room, alive });
        });
        return;
      case 'give way':
        pending?.claimant.giveWay();
        return;
      default:
        this.#held.get(message.room)?.lost(message.type);
    }
  }

  #ask(
    message: Extract<ToPrimary, { type: 'claim' | 'place' }>,
    request: RoomRequest,
    claimant: Claimant,
  ): Promise<Room | RoomFault> {
    this.#next++;
    return new Promise((decided) => {
      this.#pending.set(message.room, { request, claimant, decided });
      this.#send(message);
    });
  }

  #grant(id: number, name: string, { request, decided }: Pending): void {
    this.#pending.delete(id);
    this.#limits.entered(request.address);
    const room: WorkerRoom = new WorkerRoom(name, request.token, {
      yielded: () => this.#send({ type: 'yield', room: id }),
      released: () => {
        this.#held.delete(id);
        if (this.#named.get(name) === room) this.#named.delete(name);
        this.#limits.left(request.address);
        this.#send({ type: 'release', room: id });
      },
    });
    this.#held.set(id, room);
    if (name !== '') this.#named.set(name, room);
    decided(room);
  }
}

/** Wants a place alone, which nobody contests. */
const NOBODY: Claimant = { answers: () => Promise.resolve(true), giveWay: () => {} };

class WorkerRoom implements Room {
  readonly name: string;
  readonly #token: string;
  readonly #told: { yielded(): void; released(): void };
  #owner: LeaseOwner | undefined;
  #yields = false;
  #lost: 'superseded' | 'revoked' | undefined;
  #released = false;

  constructor(name: string, token: string, told: { yielded(): void; released(): void }) {
    this.name = name;
    this.#token = token;
    this.#told = told;
  }

  /** Whether a connection with this token may have the name. */
  admits(token: string): boolean {
    return this.#yields || token === this.#token;
  }

  belongTo(owner: LeaseOwner): void {
    this.#owner = owner;
    if (this.#lost !== undefined) owner[this.#lost]();
  }

  lost(how: 'superseded' | 'revoked'): void {
    this.#lost = how;
    this.#owner?.[how]();
  }

  giveWay(): void {
    this.#yields = true;
    this.#told.yielded();
  }

  release(): void {
    if (this.#released) return;
    this.#released = true;
    this.#told.released();
  }
}
