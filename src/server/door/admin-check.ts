import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { parseAccessToken } from '../../session/access-token.ts';
import { Refusal } from '../request/refusal.ts';
import { bearer, digest } from './token-check.ts';

type Bearer = Pick<IncomingMessage, 'headers'>;

/**
 * Checks the admin's token, which counts as `Authorization: Bearer` alone: so it is in no URL, and no page can send it without a
 * preflight.
 */
export class AdminCheck {
  readonly #expected: Buffer | undefined;

  /** @param token undefined makes nobody an admin */
  constructor(token: string | undefined) {
    this.#expected = token === undefined ? undefined : digest(parseAccessToken(token, 'adminToken'));
  }

  /** Whether a request brings the token. */
  passes({ headers }: Bearer): boolean {
    const brought = bearer(headers.authorization);
    if (this.#expected === undefined || brought === undefined) return false;
    return timingSafeEqual(digest(brought), this.#expected);
  }

  /** Why a request may not do what only an admin may; undefined if it may. */
  refusal(request: Bearer): Refusal | undefined {
    if (this.#expected === undefined) {
      const sentence = "only an admin may do this, and the server was started without an admin's token";
      return new Refusal({ status: 403, sentence });
    }
    if (this.passes(request)) return undefined;
    if (bearer(request.headers.authorization) === undefined) {
      const headers = { 'WWW-Authenticate': 'Bearer' };
      const sentence = "the admin's token is needed, as Authorization: Bearer";
      return new Refusal({ status: 401, headers, sentence });
    }
    return new Refusal({ status: 403, sentence: "the token is not the admin's" });
  }
}
