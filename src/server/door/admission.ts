import { randomBytes } from 'node:crypto';
import type { ResponseForm } from '../../carriage/http/response-form.ts';
import { CLOSE } from '../../session/close-codes.ts';
import type { StreamRequest } from '../../session/stream-request.ts';
import type { ConnectionLimits } from '../clients/connection-limits.ts';
import type { Claimant, Lease, LeaseOwner, NameFault, Names } from '../clients/names.ts';
import type { Admission } from '../clients/occupants.ts';
import { Refusal } from '../request/refusal.ts';
import type { Request } from '../request/request.ts';

/** A client admitted to the echo. */
export class EchoAdmission implements Admission {
  readonly kind = 'echo';
  readonly #limits: ConnectionLimits;
  readonly #address: string | undefined;
  #hasPlace = false;

  constructor({ address }: Request, limits: ConnectionLimits) {
    this.#address = address;
    this.#limits = limits;
  }

  /** Takes a place; the door has just checked that one is free. */
  enter(): void {
    this.#limits.entered(this.#address);
    this.#hasPlace = true;
  }

  release(): void {
    if (this.#hasPlace) this.#limits.left(this.#address);
    this.#hasPlace = false;
  }
}

/** The names and places that admissions take. */
export interface Rooms {
  readonly names: Names;
  readonly limits: ConnectionLimits;
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
  readonly client: string;
  /** What a later connection must bring to take over the name. */
  readonly token: string;
  readonly #address: string | undefined;
  readonly #rooms: Rooms;
  /** Whether the client brought its token. */
  readonly #hasOwnToken: boolean;
  #hasPlace = false;
  #lease: Lease | undefined;
  #released = false;

  constructor(
    { client, token }: Pick<StreamRequest, 'client' | 'token'>,
    address: string | undefined,
    rooms: Rooms,
  ) {
    this.client = client ?? rooms.names.freeName();
    this.token = token ?? randomBytes(16).toString('hex');
    this.#hasOwnToken = token !== undefined;
    this.#address = address;
    this.#rooms = rooms;
  }

  /** Why it can't have its name or a place, as far as can be told before claiming them. */
  get refusal(): Refusal | undefined {
    const { names } = this.#rooms;
    if (!names.admits(this.client, this.token)) return nameRefusal(this.client, 'in use');
    // Taking over a name also takes the place of the connection that holds it.
    return names.isFree(this.client) ? this.#fullRefusal : undefined;
  }

  /**
   * Claims the name and a place. If they are free, they are taken before this returns. If `release` is called while the claim is
   * pending, nothing is kept.
   *
   * @returns why they can't be had; undefined if they were, or if the claimant is gone
   */
  async claim(claimant: Claimant): Promise<Refusal | undefined> {
    const { names, limits } = this.#rooms;
    if (names.isFree(this.client)) this.#takePlace(limits);
    const lease = await names.claim(this.client, this.token, claimant);
    if (typeof lease === 'string') return lease === 'gone' ? undefined : nameRefusal(this.client, lease);
    if (this.#released) {
      lease.release();
      return undefined;
    }
    this.#lease = lease;
    if (this.#hasPlace) return undefined;
    const full = lease.takenOver ? undefined : this.#fullRefusal;
    if (full === undefined) this.#takePlace(limits);
    return full;
  }

  /** Sets the callback for when a later connection takes the name over. */
  belongTo(owner: LeaseOwner): void {
    this.#lease?.belongTo(owner);
  }

  /**
   * Notes that its response has ended and it may still report. A client that brought no token will hardly come back for its name,
   * and must not keep itself, started once more, from it.
   */
  lingers(): void {
    if (!this.#hasOwnToken) this.#lease?.giveWay();
  }

  release(): void {
    this.#released = true;
    this.#lease?.release();
    if (this.#hasPlace) this.#rooms.limits.left(this.#address);
    this.#hasPlace = false;
  }

  #takePlace(limits: ConnectionLimits): void {
    limits.entered(this.#address);
    this.#hasPlace = true;
  }

  get #fullRefusal(): Refusal | undefined {
    const full = this.#rooms.limits.fault(this.#address);
    return full === undefined ? undefined : tryLater(full);
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

function nameRefusal(client: string, fault: Exclude<NameFault, 'gone'>): Refusal {
  const sentence =
    fault === 'late'
      ? `a later connection has got the name ${client} while this one waited for it`
      : `client ${client} is connected already: choose another name, or bring its token`;
  return new Refusal({ status: 409, closeCode: CLOSE.nameInUse, sentence });
}
