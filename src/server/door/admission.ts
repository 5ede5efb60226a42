import { randomBytes } from 'node:crypto';
import type { ResponseForm } from '../../carriage/http/response-form.ts';
import { CLOSE } from '../../session/close-codes.ts';
import type { StreamRequest } from '../../session/stream-request.ts';
import type { Claimant, LeaseOwner } from '../clients/name-registry.ts';
import type { Admission } from '../clients/occupants.ts';
import type { Room, RoomFault, RoomRequest, Rooms } from '../clients/rooms.ts';
import { Refusal } from '../request/refusal.ts';
import type { Request } from '../request/request.ts';

/** A client admitted to the echo, provided that there still is a place. */
export class EchoAdmission implements Admission {
  readonly kind = 'echo';
  readonly #address: string | undefined;
  readonly #rooms: Rooms;
  #leave: (() => void) | undefined;
  #released = false;

  constructor({ address }: Request, rooms: Rooms) {
    this.#address = address;
    this.#rooms = rooms;
  }

  /** Takes a place. If `release` is called while the claim is pending, it is not kept. @returns why there is none */
  async claim(): Promise<Refusal | undefined> {
    const leave = await this.#rooms.takePlace(this.#address);
    if (typeof leave === 'string') return tryLater(leave);
    if (this.#released) leave();
    else this.#leave = leave;
    return undefined;
  }

  release(): void {
    this.#released = true;
    this.#leave?.();
    this.#leave = undefined;
  }
}

/** A request for a stream. */
export interface StreamAsked {
  readonly request: StreamRequest;
  /** The form of the response; undefined for a WebSocket. */
  readonly form: ResponseForm | undefined;
}

/** A client admitted to a stream, provided that it can still have its name. Once its stream has begun, only the admission is kept. */
export interface StreamGuest extends StreamAsked {
  readonly kind: 'stream';
  /** Whether the client does not speak `tidemark.v1`. */
  readonly plain: boolean;
  /** Whether it asks to go on, as far as can be told: from a later message than the first, with its token or with `Last-Event-ID`. */
  readonly resumes: boolean;
  readonly remote: string;
  readonly admission: StreamAdmission;
}

/** A client's right to its name and its place. */
export class StreamAdmission implements Admission {
  /** What a later connection must bring to take over the name. */
  readonly token: string;
  readonly #asked: RoomRequest;
  readonly #rooms: Rooms;
  /** Whether the client brought its token. */
  readonly #hasOwnToken: boolean;
  #room: Room | undefined;
  #released = false;

  constructor(
    { client, token }: Pick<StreamRequest, 'client' | 'token'>,
    address: string | undefined,
    rooms: Rooms,
  ) {
    this.token = token ?? randomBytes(16).toString('hex');
    this.#asked = { name: client, token: this.token, address };
    this.#hasOwnToken = token !== undefined;
    this.#rooms = rooms;
  }

  /** The client's name, once it has been claimed. */
  get client(): string {
    return this.#room?.name ?? this.#asked.name ?? '';
  }

  /** Why it can't have its name or a place, as far as can be told before claiming them. */
  get refusal(): Refusal | undefined {
    const fault = this.#rooms.fault(this.#asked);
    return fault === undefined ? undefined : refusalOf(fault);
  }

  /**
   * Claims the name and a place. If they are known to be free, they are taken before this returns. If `release` is called while the
   * claim is pending, nothing is kept.
   *
   * @returns why they can't be had; undefined if they were, or if the claimant is gone
   */
  async claim(claimant: Claimant): Promise<Refusal | undefined> {
    const room = await this.#rooms.claim(this.#asked, claimant);
    if ('kind' in room) return refusalOf(room);
    if (this.#released) room.release();
    else this.#room = room;
    return undefined;
  }

  /** Sets the callback for when a later connection takes the name over. */
  belongTo(owner: LeaseOwner): void {
    this.#room?.belongTo(owner);
  }

  /**
   * Notes that its response has ended and it may still report. A client that brought no token will hardly come back for its name,
   * and must not keep itself, started once more, from it.
   */
  lingers(): void {
    if (!this.#hasOwnToken) this.#room?.giveWay();
  }

  release(): void {
    this.#released = true;
    this.#room?.release();
  }
}

/** In seconds. */
const RETRY_SOON = { 'Retry-After': '5' };

/** Refuses for a reason that may pass. */
export function tryLater(sentence: string): Refusal {
  return new Refusal({ status: 503, headers: RETRY_SOON, closeCode: CLOSE.full, sentence });
}

/** Refuses because the server stops; another one may take its place. */
export function stopping(): Refusal {
  const sentence = 'the server stops';
  return new Refusal({ status: 503, headers: RETRY_SOON, closeCode: CLOSE.restarting, sentence });
}

/** Refuses a report to a session that nobody has. */
export function noSuchSession(): Refusal {
  const sentence = 'there is no such session: it has ended, or the server was started anew';
  return new Refusal({ status: 404, sentence });
}

/** @returns undefined if the claimant is gone */
function refusalOf(fault: RoomFault): Refusal | undefined {
  if (fault.kind === 'full') return tryLater(fault.sentence);
  switch (fault.fault) {
    case 'gone':
      return undefined;
    case 'undecided':
      return tryLater(`nobody can say now whether another client is called ${fault.name}`);
    case 'late':
      return nameRefusal(`a later connection has got the name ${fault.name} while this one waited for it`);
    case 'in use':
      return nameRefusal(
        `client ${fault.name} is connected already: choose another name, or bring its token`,
      );
  }
}

function nameRefusal(sentence: string): Refusal {
  return new Refusal({ status: 409, closeCode: CLOSE.nameInUse, sentence });
}
