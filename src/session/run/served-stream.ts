import { CLOSE } from '../close-codes.ts';
import type { Welcome } from '../messages.ts';

/** Why a run can't go on with a server: a sentence, and the code to close with. */
export interface RunRefusal {
  readonly error: string;
  readonly code: number;
}

/** What a run reads, and whether its server gives proof: neither may change over an outage. */
export class ServedStream {
  #mode: 'unknown' | 'plain' | 'proof' = 'unknown';
  #id: string | undefined;
  #name: string | undefined;
  #asks: boolean;
  #speaks = false;

  /**
   * @param plain whether it is known to be a plain server
   * @param read what an earlier process of the run has read
   */
  constructor(
    plain: boolean,
    read: { readonly streamId?: string | undefined; readonly stream?: string | undefined } = {},
  ) {
    this.#asks = !plain;
    this.#id = read.streamId;
    this.#name = read.stream;
    if (this.#id !== undefined) this.#mode = 'proof';
  }

  /** Whether the server gives proof; unknown before one has sent something. */
  get mode(): 'unknown' | 'plain' | 'proof' {
    return this.#mode;
  }

  /** A connection is asked for. @returns whether with proof: a server that only echoed that is not asked for it again */
  asksForProof(): boolean {
    this.#speaks = false;
    return this.#asks;
  }

  /** Whether control messages come over this connection. */
  get speaks(): boolean {
    return this.#speaks;
  }

  /** What to say of a server that lets the time for its first word pass. */
  get silence(): string {
    return this.#speaks
      ? 'no welcome within 10 s: a server that is not Tidemark is to be dialled as plain'
      : 'no answer within 10 s';
  }

  /** A connection is open, to a server that says whether it speaks `tidemark.v1`. If it does, a welcome has to follow. */
  opened(speaks: boolean): RunRefusal | undefined {
    this.#speaks = speaks;
    if (!this.#speaks) return this.#take('plain');
    return this.#mode === 'plain' ? this.#take('proof') : undefined;
  }

  /** Data came where the welcome should be: a plain server that echoes whatever it is offered. */
  dataCame(): RunRefusal | undefined {
    if (this.#mode === 'proof')
      return { error: 'the server sent data before its welcome', code: CLOSE.protocolError };
    this.#speaks = false;
    this.#asks = false;
    return this.#take('plain');
  }

  /** @param due the seq that the run needs next; undefined before it has begun */
  welcomed(welcome: Welcome, due: number | undefined): RunRefusal | undefined {
    if (this.#id !== undefined && this.#id !== welcome.stream_id) {
      const is = `${welcome.stream} of generator ${welcome.generator} with faker ${welcome.faker}`;
      const was = `${this.#name ?? 'another'} with id ${this.#id}`;
      const error = `stream differs: the server sends ${is}, id ${welcome.stream_id}; this run has read ${was}`;
      return { error, code: CLOSE.streamDiffers };
    }
    if (due !== undefined && welcome.from !== due) {
      const error = `the server begins at seq ${welcome.from} where ${due} was asked for`;
      return { error, code: CLOSE.protocolError };
    }
    this.#id = welcome.stream_id;
    this.#name = welcome.stream;
    return this.#take('proof');
  }

  #take(mode: 'plain' | 'proof'): RunRefusal | undefined {
    if (this.#mode === 'unknown') this.#mode = mode;
    if (this.#mode === mode) return undefined;
    const [was, is] = mode === 'plain' ? ['a Tidemark server', 'not'] : ['not a Tidemark server', 'one'];
    const error = `this was ${was} before the outage, and now it is ${is}`;
    return { error, code: CLOSE.streamDiffers };
  }
}
