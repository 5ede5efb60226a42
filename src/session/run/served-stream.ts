import type { Advised } from '../../wording/advice.ts';
import { CLOSE } from '../close-codes.ts';
import type { Welcome } from '../messages.ts';

/** Why a run refuses a server: a sentence, and the close code. */
export interface RunRefusal {
  readonly error: string;
  readonly code: number;
}

/** Which stream a run reads, and whether its server gives proof: neither may change across an outage. */
export class ServedStream {
  #mode: 'unknown' | 'plain' | 'proof' = 'unknown';
  #id: string | undefined;
  #name: string | undefined;
  #asks: boolean;
  #speaks = false;

  /**
   * @param plain whether the server is known to be plain
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

  /**
   * A connection is being requested. @returns whether to ask for proof; not of a server that only echoed the
   * subprotocol
   */
  asksForProof(): boolean {
    this.#speaks = false;
    return this.#asks;
  }

  /** Whether control messages arrive over this connection. */
  get speaks(): boolean {
    return this.#speaks;
  }

  /** What to say if a server is silent for too long. */
  get silence(): Advised {
    if (!this.#speaks) return { sentence: 'no answer within 10 s' };
    const sentence = 'no welcome within 10 s: a server that is not Tidemark is to be dialled as plain';
    return { sentence, advice: 'plain' };
  }

  /** A connection is open, to a server that claims to speak `tidemark.v1` or not. If it does, a welcome must follow. */
  opened(speaks: boolean): RunRefusal | undefined {
    this.#speaks = speaks;
    if (!this.#speaks) return this.#take('plain');
    return this.#mode === 'plain' ? this.#take('proof') : undefined;
  }

  /** Data arrived in place of the welcome: a plain server that echoes whatever subprotocol it is offered. */
  dataCame(): RunRefusal | undefined {
    if (this.#mode === 'proof')
      return { error: 'the server sent data before its welcome', code: CLOSE.protocolError };
    this.#speaks = false;
    this.#asks = false;
    return this.#take('plain');
  }

  /** @param due the next seq the run needs; undefined before it has begun */
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
