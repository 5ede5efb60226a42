import type { Duplex } from 'node:stream';
import { CLOSE, closeReason } from '../session/close-codes.ts';
import type { Connection, ConnectionListener } from '../transport/connection.ts';
import { respondOnSocket } from './http-answer.ts';
import { leaving } from './leaving.ts';

export interface RefusalOptions {
  /** HTTP status, for a client that speaks no `tidemark.v1`. */
  readonly status: number;
  /**
   * Close code, for one that does: a page in a browser is told nothing of an HTTP answer. @default none: whoever it is
   * gets the HTTP answer
   */
  readonly closeCode?: number;
  /** What was expected, and what came. */
  readonly sentence: string;
  readonly speaksTidemark?: boolean;
}

/** Why a connection is not let in, and how to say it. */
export class Refusal {
  readonly status: number;
  readonly closeCode: number;
  readonly sentence: string;
  readonly speaksTidemark: boolean;

  constructor(options: RefusalOptions) {
    this.status = options.status;
    this.closeCode = options.closeCode ?? CLOSE.protocolError;
    this.sentence = options.sentence;
    this.speaksTidemark = options.closeCode !== undefined && options.speaksTidemark === true;
  }

  /** Answers the handshake, before any upgrade. */
  answer(socket: Duplex): void {
    const { status, sentence } = this;
    const headers = status === 401 ? { 'WWW-Authenticate': 'Bearer' } : undefined;
    respondOnSocket(socket, { status, sentence, ...(headers === undefined ? {} : { headers }) });
  }

  /** Closes a connection that was accepted only to be told why; what it sends meanwhile is not read. */
  close(connection: Connection): ConnectionListener {
    connection.close(this.closeCode, closeReason(this.sentence));
    const closed = leaving.add(() => connection.terminate());
    return { message: () => {}, heard: () => {}, answered: () => {}, drained: () => {}, closed };
  }
}
