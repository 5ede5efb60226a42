import { UsageError } from '../wording/usage-error.ts';

/** How an access token travels, besides as `Authorization: Bearer`. PROTOCOL.md says it. */

/** The query parameter. It is not `token`, which guards a client's name. */
const ACCESS_TOKEN_PARAMETER = 'access_token';

/** What an entry among the offered subprotocols begins with; the rest is the token in base64url. */
export const ACCESS_TOKEN_SUBPROTOCOL = 'tidemark.token.';

/** @throws UsageError which does not show what came */
export function parseAccessToken(text: string): string {
  if (/^[\x21-\x7e]{1,512}$/.test(text)) return text;
  throw new UsageError(
    'bad_option',
    'accessToken',
    () => 'the access token must be 1 to 512 visible ASCII characters, without spaces',
  );
}

/**
 * Takes the access token out of a URL or a request target, so that nothing that shows or keeps the rest can show it.
 * All else stays as it was, to the byte. Of several tokens the first counts.
 */
export function takeAccessToken(target: string): { target: string; accessToken: string | undefined } {
  const [path = '', query] = target.split(/\?(.*)/s);
  if (query === undefined) return { target, accessToken: undefined };
  const tokens: string[] = [];
  const kept = query.split('&').filter((pair) => {
    const token = new URLSearchParams(pair).get(ACCESS_TOKEN_PARAMETER);
    if (token !== null) tokens.push(token);
    return token === null;
  });
  if (tokens.length === 0) return { target, accessToken: undefined };
  return { target: kept.length === 0 ? path : `${path}?${kept.join('&')}`, accessToken: tokens[0] };
}
