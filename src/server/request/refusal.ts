import { STATUS_CODES } from 'node:http';
import { type Connection, type ConnectionListener, DEAF } from '../../carriage/connection.ts';
import { CLOSE, closeReason } from '../../session/close-codes.ts';
import type { Advice } from '../../wording/advice.ts';
import type { RefuseEvent, ServerEvent } from '../options/server-event.ts';
import type { HttpAnswer } from './http-answer.ts';
import { leaving } from './leaving.ts';

export interface RefusalOptions extends HttpAnswer {
  /**
   * The close code for a client that speaks `tidemark.v1`, which is let in to be told: a browser shows a page nothing of the HTTP
   * answer to a handshake.
   *
   * @default none: every client gets the HTTP answer
   */
  readonly closeCode?: number | undefined;
  /** What whoever runs the server can do about it, by the option that does it. */
  readonly advice?: Advice | undefined;
}

/** Why a client is not let in, as an HTTP answer or as the close of a connection accepted only for that. */
export class Refusal implements HttpAnswer {
  readonly kind = 'refusal';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly sentence: string;
  readonly closeCode: number | undefined;
  readonly advice: Advice | undefined;

  constructor({ status, headers = {}, sentence, closeCode, advice }: RefusalOptions) {
    this.status = status;
    this.headers = headers;
    this.sentence = sentence;
    this.closeCode = closeCode;
    this.advice = advice;
  }

  /** What whoever runs the server is told. @param code that the client gets */
  event(remote: string, code: number): RefuseEvent {
    const { sentence: text, advice } = this;
    return { event: 'refuse', remote, code, text, ...(advice === undefined ? {} : { advice }) };
  }

  /** The refusal as a problem report (RFC 9457), for requests that are no handshake. */
  get problem(): HttpAnswer {
    const { status, headers, sentence, closeCode } = this;
    const report = { type: 'about:blank', title: STATUS_CODES[status], status, detail: sentence };
    const text = `${JSON.stringify({ ...report, close_code: closeCode })}\n`;
    return { status, headers, sentence, body: { type: 'application/problem+json', text } };
  }

  /** Closes an accepted connection, and ignores what it sends. */
  close(connection: Connection, remote: string, tell: (event: ServerEvent) => void): ConnectionListener {
    const { closeCode = CLOSE.protocolError, sentence } = this;
    tell(this.event(remote, closeCode));
    connection.close(closeCode, closeReason(sentence));
    const late = { destroy: () => connection.terminate() };
    leaving.add(late);
    return { ...DEAF, closed: () => leaving.remove(late) };
  }
}
