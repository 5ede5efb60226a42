import type { IncomingMessage } from 'node:http';
import { CLOSE } from '../session/close-codes.ts';
import { ACCESS_LIMITS } from './access-limits.ts';
import { OriginCheck } from './origin-check.ts';
import { Refusal } from './refusal.ts';
import { TokenCheck } from './token-check.ts';

/** Who is let in. */
export interface DoorOptions {
  readonly accessToken: string | undefined;
  readonly allowOrigins: readonly string[];
  /** The address that the server listens on. */
  readonly host: string;
}

/** Looks at handshakes before anybody asks what they want. */
export class Door {
  readonly #origins: OriginCheck;
  readonly #tokens: TokenCheck;

  /** @throws UsageError for a token or an origin that can be none */
  constructor({ accessToken, allowOrigins, host }: DoorOptions) {
    this.#origins = new OriginCheck(allowOrigins, host);
    this.#tokens = new TokenCheck(accessToken);
  }

  /**
   * Why a handshake is not let in; undefined if it is.
   *
   * @param accessToken the one in its query
   */
  refusal(
    request: Pick<IncomingMessage, 'headers' | 'url'>,
    accessToken: string | undefined,
    speaksTidemark: boolean,
  ): Refusal | undefined {
    const { targetCharacters } = ACCESS_LIMITS;
    if ((request.url ?? '').length > targetCharacters) {
      return new Refusal({ status: 414, sentence: `path and query may have ${targetCharacters} characters` });
    }
    const origin = this.#origins.fault(request);
    if (origin !== undefined) return new Refusal({ status: 403, sentence: origin });
    const token = this.#tokens.fault(request, accessToken);
    if (token === undefined) return undefined;
    return new Refusal({ status: 401, closeCode: CLOSE.unauthorised, sentence: token, speaksTidemark });
  }
}
