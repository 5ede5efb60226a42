import type { Claimant } from '../server/clients/name-registry.ts';
import type { Room, Rooms } from '../server/clients/rooms.ts';
import type { ToPrimary, ToWorker } from './message.ts';

type RoomMessage = Extract<ToPrimary, { readonly type: 'claim' | 'place' | 'proved' | 'yield' | 'release' }>;

/** Where one worker gets names and places, and gives them back: the primary's end of `WorkerRooms`. */
export class RoomDesk {
  readonly #rooms: Rooms;
  readonly #send: (message: ToWorker) => void;
  readonly #given = new Map<number, Pick<Room, 'giveWay' | 'release'>>();
  /** Who waits for a sign of life, by room. */
  readonly #proofs = new Map<number, (alive: boolean) => void>();
  #closed = false;

  constructor(rooms: Rooms, send: (message: ToWorker) => void) {
    this.#rooms = rooms;
    this.#send = send;
  }

  receive(message: RoomMessage): void {
    const { room: id } = message;
    switch (message.type) {
      case 'claim':
        void this.#claim(message);
        return;
      case 'place':
        void this.#place(message);
        return;
      case 'proved':
        return this.#proved(id, message.alive);
      case 'yield':
        return this.#given.get(id)?.giveWay();
      case 'release':
        this.#given.get(id)?.release();
        this.#given.delete(id);
    }
  }

  /** The worker is gone: all that it had is free. */
  close(): void {
    this.#closed = true;
    for (const room of this.#given.values()) room.release();
    this.#given.clear();
    for (const id of this.#proofs.keys()) this.#proved(id, false);
  }

  async #claim({ room: id, request }: Extract<RoomMessage, { type: 'claim' }>): Promise<void> {
    const room = await this.#rooms.claim(request, this.#claimant(id));
    if ('kind' in room) return this.#send({ type: 'refused', room: id, fault: room });
    if (this.#closed) return room.release();
    this.#given.set(id, room);
    this.#send({ type: 'granted', room: id, name: room.name });
    room.belongTo({
      superseded: () => this.#send({ type: 'superseded', room: id }),
      revoked: () => this.#send({ type: 'revoked', room: id }),
    });
  }

  async #place({ room: id, address }: Extract<RoomMessage, { type: 'place' }>): Promise<void> {
    const leave = await this.#rooms.takePlace(address);
    if (typeof leave === 'string') {
      return this.#send({ type: 'refused', room: id, fault: { kind: 'full', sentence: leave } });
    }
    if (this.#closed) return leave();
    this.#given.set(id, { giveWay: () => {}, release: leave });
    this.#send({ type: 'granted', room: id, name: '' });
  }

  #claimant(id: number): Claimant {
    return {
      answers: () => {
        if (this.#closed) return Promise.resolve(false);
        this.#send({ type: 'prove', room: id });
        return new Promise((resolve) => this.#proofs.set(id, resolve));
      },
      giveWay: () => this.#send({ type: 'give way', room: id }),
    };
  }

  #proved(id: number, alive: boolean): void {
    const waiting = this.#proofs.get(id);
    this.#proofs.delete(id);
    waiting?.(alive);
  }
}
