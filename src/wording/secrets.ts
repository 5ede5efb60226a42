/**
 * What must be on no terminal, in no event, log or error: the user and password of a URL, and access tokens. A URL that
 * is kept is kept without them (`takeUserInfo`, and `takeAccessToken` of the protocol); a text that may quote one, or was
 * sent by somebody who has them, is shown as `redacted` leaves it.
 */

const HIDDEN = '…';

/** The user and password of a URL, as the header `Authorization` carries them (RFC 7617). */
export interface UserInfo {
  readonly authorization: string;
  /** As they stood in the URL. */
  readonly username: string;
  readonly password: string;
  /** Every form in which somebody could repeat them: only the password is secret, and what holds it. */
  readonly secrets: readonly string[];
}

/** Takes user and password out of a URL, so that nothing that shows or keeps the rest can show them. */
export function takeUserInfo(url: string): { target: string; userInfo: UserInfo | undefined } {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || (parsed.username === '' && parsed.password === ''))
    return { target: url, userInfo: undefined };
  const { username, password } = parsed;
  const encoded = base64(`${percentDecoded(username)}:${percentDecoded(password)}`);
  const secrets = [percentDecoded(password), password, encoded].filter((secret) => secret !== '');
  parsed.username = '';
  parsed.password = '';
  return {
    target: parsed.href,
    userInfo: { authorization: `Basic ${encoded}`, username, password, secrets },
  };
}

/** A URL that is to be shown, whether it is a right one or not. */
export function redactedUrl(text: string): string {
  return withoutTokens(withoutUserInfo(text));
}

/**
 * A sentence that may quote URLs or secrets.
 *
 * @param secrets what is known to be secret, wherever it stands
 */
export function redacted(text: string, secrets: readonly string[] = []): string {
  let shown = text;
  for (const secret of secrets) if (secret !== '') shown = shown.replaceAll(secret, HIDDEN);
  return withoutTokens(
    shown.replaceAll(/[a-z][a-z\d+.-]*:[/\\]{2}\S*/gi, (address) => withoutUserInfo(address)),
  );
}

const QUOTED_CHARACTERS = 24;

/** What came, in quotes, shortened, and without the secrets of a URL. */
export function quoted(came: string): string {
  const shown = redacted(came);
  return JSON.stringify(shown.length > QUOTED_CHARACTERS ? `${shown.slice(0, QUOTED_CHARACTERS)}…` : shown);
}

const SCHEMES = ['ws:', 'wss:', 'http:', 'https:'];

/** A password may hold what ends a host: if a URL is none because of that, all before its last @ is hidden. */
function withoutUserInfo(text: string): string {
  if (URL.canParse(text) && SCHEMES.includes(new URL(text).protocol)) {
    const { username, password } = new URL(text);
    if (username === '' && password === '') return text;
    return text.replace(/^([^:]*:[/\\]*)[^/\\?#]*@/, `$1${HIDDEN}@`);
  }
  return text.replace(/^([a-z][a-z\d+.-]*:[/\\]{2})?.*@/is, `$1${HIDDEN}@`);
}

/** `access_token`, with any of its letters percent-encoded. */
const TOKEN_NAME = [...'access_token']
  .map((letter) => {
    const codes = [letter, letter.toUpperCase()].map((each) => each.charCodeAt(0).toString(16));
    return `(?:${letter}|%(?:${[...new Set(codes)].join('|')}))`;
  })
  .join('');
const TOKEN = new RegExp(`(${TOKEN_NAME}=)[^&\\s#"'\`]*`, 'gi');

function withoutTokens(text: string): string {
  return text.replaceAll(TOKEN, `$1${HIDDEN}`);
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a lone % stands for itself
  }
}

function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}
