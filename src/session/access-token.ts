import { UsageError } from '../wording/usage-error.ts';
import { takeParameter } from './query-parameter.ts';

/** How an access token travels, besides as `Authorization: Bearer`. PROTOCOL.md says it. */

/** The query parameter. It is not `token`, which guards a client's name. */
export const ACCESS_TOKEN_PARAMETER = 'access_token';

/** Marks an offered subprotocol that carries the token: the rest of it is the token in base64url. */
export const ACCESS_TOKEN_SUBPROTOCOL = 'tidemark.token.';

/**
 * @param option the option that it is given by
 * @throws UsageError that does not show what came
 */
export function parseAccessToken(text: string, option: 'accessToken' | 'adminToken' = 'accessToken'): string {
  if (/^[\x21-\x7e]{1,512}$/.test(text)) return text;
  throw new UsageError(
    'bad_option',
    option,
    (nameOf) => `${nameOf(option)} must be 1 to 512 visible ASCII characters, without spaces`,
  );
}

/**
 * Takes the access token out of a URL or a request target, so that nothing that shows or keeps the rest can reveal it.
 */
export function takeAccessToken(target: string): { target: string; accessToken: string | undefined } {
  const { target: rest, value } = takeParameter(target, ACCESS_TOKEN_PARAMETER);
  return { target: rest, accessToken: value };
}
