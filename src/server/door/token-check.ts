import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { ACCESS_TOKEN_SUBPROTOCOL, parseAccessToken } from '../../session/access-token.ts';

/**
 * Checks the access token that a request brings. Only SHA-256 digests are compared, in constant time, so that the time of a refusal
 * reveals neither the token's length nor how much of a guess was right.
 */
export class TokenCheck {
  readonly #expected: Buffer | undefined;

  /** @param token undefined lets everybody in */
  constructor(token: string | undefined) {
    this.#expected = token === undefined ? undefined : digest(parseAccessToken(token));
  }

  /**
   * @param inQuery the token that came in the query
   * @returns why it is refused, as a sentence without any token; undefined if it is not
   */
  fault({ headers }: Pick<IncomingMessage, 'headers'>, inQuery: string | undefined): string | undefined {
    if (this.#expected === undefined) return undefined;
    const brought = bearer(headers.authorization) ?? offered(headers['sec-websocket-protocol']) ?? inQuery;
    if (brought === undefined) {
      return 'an access token is needed: as Authorization: Bearer, as subprotocol, or as access_token in the query';
    }
    return timingSafeEqual(digest(brought), this.#expected)
      ? undefined
      : 'the access token is not the right one';
  }
}

export function digest(text: string): Buffer {
  return createHash('sha256').update(text, 'utf8').digest();
}

/** What `Authorization: Bearer` brings. Other schemes are meant for others, such as a gateway. */
export function bearer(authorization: string | undefined): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
}

function offered(subprotocols: string | undefined): string | undefined {
  const entry = subprotocols
    ?.split(',')
    .map((name) => name.trim())
    .find((name) => name.startsWith(ACCESS_TOKEN_SUBPROTOCOL));
  return entry === undefined
    ? undefined
    : Buffer.from(entry.slice(ACCESS_TOKEN_SUBPROTOCOL.length), 'base64url').toString('utf8');
}
