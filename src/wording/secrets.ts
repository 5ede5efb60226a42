/**
 * User names and passwords in URLs, and access tokens, may appear on no terminal and in no event, log or error. A URL
 * is stripped of them before it is kept (`takeUserInfo`, and `takeAccessToken` of the protocol); text that may quote
 * one, or comes from somebody who knows them, goes through `redacted`.
 */

const HIDDEN = '…';

/** The user and password of a URL, as the header `Authorization` carries them (RFC 7617). */
export interface UserInfo {
  readonly authorization: string;
  /** As they stood in the URL. */
  readonly username: string;
  readonly password: string;
  /** Every form in which a peer could repeat the secret: the password, and whatever contains it. */
  readonly secrets: readonly string[];
}

/** Takes user and password out of a URL, so that nothing that shows or keeps the rest can reveal them. */
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

/** A URL that is safe to show, whether or not it is valid. */
export function redactedUrl(text: string): string {
  return withoutTokens(withoutUserInfo(text));
}

/**
 * A sentence that may quote URLs or secrets, made safe to show.
 *
 * @param secrets known secrets, hidden wherever they appear
 */
export function redacted(text: string, secrets: readonly string[] = []): string {
  let shown = text;
  for (const secret of secrets) if (secret !== '') shown = shown.replaceAll(secret, HIDDEN);
  return withoutTokens(
    shown.replaceAll(/[a-z][a-z\d+.-]*:[/\\]{2}\S*/gi, (address) => withoutUserInfo(address)),
  );
}

const QUOTED_CHARACTERS = 24;

/** What came: quoted, shortened, and without the secrets of a URL. */
export function quoted(came: string): string {
  const shown = redacted(came);
  return JSON.stringify(shown.length > QUOTED_CHARACTERS ? `${shown.slice(0, QUOTED_CHARACTERS)}…` : shown);
}

const SCHEMES = ['ws:', 'wss:', 'http:', 'https:'];

/**
 * A password may contain what would end the host. If that makes a URL invalid, everything up to its last @ is hidden.
 */
function withoutUserInfo(text: string): string {
  if (URL.canParse(text) && SCHEMES.includes(new URL(text).protocol)) {
    const { username, password } = new URL(text);
    if (username === '' && password === '') return text;
    return text.replace(/^([^:]*:[/\\]*)[^/\\?#]*@/, `$1${HIDDEN}@`);
  }
  return text.replace(/^([a-z][a-z\d+.-]*:[/\\]{2})?.*@/is, `$1${HIDDEN}@`);
}

/** Matches `access_token`, with any of its letters percent-encoded. */
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
