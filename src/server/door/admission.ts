import { randomBytes } from 'node:crypto';
import type { ResponseForm } from '../../carriage/http/response-form.ts';
import { CLOSE } from '../../session/close-codes.ts';
import type { StreamRequest } from '../../session/stream-request.ts';
import type { ConnectionLimits } from '../clients/connection-limits.ts';
import type { Claimant, Lease, NameFault, Names } from '../clients/names.ts';
import type { Admission } from '../clients/occupants.ts';
import { Refusal } from '../request/refusal.ts';
import type { Request } from '../request/request.ts';

/** Somebody who was let in for an echo. */
export class EchoAdmission implements Admission {
  readonly kind = 'echo';
  readonly #limits: ConnectionLimits;
  readonly #address: string | undefined;
  #leavePlace: (() => void) | undefined;

  constructor({ address }: Request, limits: ConnectionLimits) {
    this.#address = address;
    this.#limits = limits;
  }

  /** Takes its place, which was free a moment ago. */
  enter(): void {
    this.#leavePlace = this.#limits.entered(this.#address);
  }

  release(): void {
    this.#leavePlace?.();
  }
}

/** Where names and places are had. */
export interface Rooms {
  readonly names: Names;
  readonly limits: ConnectionLimits;
}

/** Which stream somebody wants, and how. */
export interface StreamAsked {
  readonly request: StreamRequest;
  /** What messages are to be in, if they go by a response. */
  readonly form: ResponseForm | undefined;
}

/** Somebody who was let in for a stream, if its name can be had still. It keeps nothing of the request but what it needs. */
export class StreamAdmission implements Admission {
  readonly kind = 'stream';
  readonly request: StreamRequest;
  /** What messages are to be in, if they go by a response. */
  readonly form: ResponseForm | undefined;
  readonly client: string;
  /** What a later connection must bring to take over the name. */
  readonly token: string;
  /** Whether the client speaks no `tidemark.v1`. */
  readonly plain: boolean;
  readonly remote: string;
  readonly #address: string | undefined;
  readonly #rooms: Rooms;
  #leavePlace: (() => void) | undefined;
  #lease: Lease | undefined;
  #released = false;

  constructor({ address, remote, speaksTidemark }: Request, { request, form }: StreamAsked, rooms: Rooms) {
    this.request = request;
    this.form = form;
    this.client = request.client ?? rooms.names.freeName();
    this.token = request.token ?? randomBytes(16).toString('hex');
    this.plain = !speaksTidemark;
    this.remote = remote;
    this.#address = address;
    this.#rooms = rooms;
  }

  /** Why it can't have its name or its place, as far as can be seen before they are claimed. */
  get refusal(): Refusal | undefined {
    const { names } = this.#rooms;
    if (!names.admits(this.client, this.request.token)) return nameRefusal(this.client, 'in use');
    // Who takes over a name takes the place of the connection that has it.
    return names.isFree(this.client) ? this.#fullRefusal : undefined;
  }

  /**
   * Takes its name and its place. Those that are free are taken before this returns; all is given back if `release` comes
   * before the answer.
   *
   * @returns why it can't have them; undefined if it has them, or is gone
   */
  async claim(claimant: Claimant): Promise<Refusal | undefined> {
    const { names, limits } = this.#rooms;
    if (names.isFree(this.client)) this.#leavePlace = limits.entered(this.#address);
    const lease = await names.claim(this.client, this.token, claimant);
    if (typeof lease === 'string') return lease === 'gone' ? undefined : nameRefusal(this.client, lease);
    if (this.#released) {
      lease.release();
      return undefined;
    }
    this.#lease = lease;
    if (this.#leavePlace !== undefined) return undefined;
    const full = lease.takenOver ? undefined : this.#fullRefusal;
    if (full === undefined) this.#leavePlace = limits.entered(this.#address);
    return full;
  }

  /** Calls back when a later connection takes the name over. */
  whenSuperseded(told: () => void): void {
    this.#lease?.whenSuperseded(told);
  }

  release(): void {
    this.#released = true;
    this.#lease?.release();
    this.#leavePlace?.();
  }

  get #fullRefusal(): Refusal | undefined {
    const full = this.#rooms.limits.fault(this.#address);
    return full === undefined ? undefined : tryLater(full);
  }
}

/** Who comes back after so many seconds may find a place. */
const RETRY_SOON = { 'Retry-After': '5' };

/** Why somebody can't be served now who may be later. */
export function tryLater(sentence: string): Refusal {
  return new Refusal({ status: 503, headers: RETRY_SOON, closeCode: CLOSE.full, sentence });
}

function nameRefusal(client: string, fault: Exclude<NameFault, 'gone'>): Refusal {
  const sentence =
    fault === 'late'
      ? `a later connection has got the name ${client} while this one waited for it`
      : `client ${client} is connected already: choose another name, or bring its token`;
  return new Refusal({ status: 409, closeCode: CLOSE.nameInUse, sentence });
}
