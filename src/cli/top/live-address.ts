import { takeAccessToken } from '../../session/access-token.ts';
import { redactedUrl, takeUserInfo } from '../../wording/secrets.ts';
import { badOption } from '../../wording/usage-error.ts';

/** Where a server tells what happens, and by what right. */
export interface LiveAddress {
  /** The server's own address, safe to show. */
  readonly shown: string;
  readonly url: string;
  readonly authorization: string | undefined;
  /** Whatever may not be shown where the server is quoted. */
  readonly secrets: readonly string[];
}

const SCHEMES = ['http:', 'https:', 'ws:', 'wss:'];

/**
 * @param given the address of a server, perhaps with its base path, and with a token or a user and password
 * @param token what is brought in place of that of the address
 * @throws UsageError
 */
export function liveAddress(given: string, token: string | undefined): LiveAddress {
  const { target: withUser, accessToken } = takeAccessToken(given);
  const { target, userInfo } = takeUserInfo(withUser);
  const url = URL.canParse(target) ? new URL(target) : undefined;
  if (url === undefined || !SCHEMES.includes(url.protocol) || url.search !== '' || url.hash !== '') {
    const expected = 'the http://, https://, ws:// or wss:// address of a server, without a stream';
    throw badOption('url', expected, redactedUrl(given));
  }
  const scheme = ['https:', 'wss:'].includes(url.protocol) ? 'https' : 'http';
  const shown = `${scheme}://${url.host}${url.pathname.replace(/\/(live)?$/, '')}`;
  const bearer = token ?? accessToken;
  return {
    shown,
    url: `${shown}/live`,
    authorization: bearer === undefined ? userInfo?.authorization : `Bearer ${bearer}`,
    secrets: [...(bearer === undefined ? [] : [bearer]), ...(userInfo?.secrets ?? [])],
  };
}
