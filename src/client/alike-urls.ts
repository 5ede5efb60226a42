import { redacted } from '../wording/secrets.ts';
import { UsageError } from '../wording/usage-error.ts';
import type { ServerPlace } from './run/run-setup.ts';

/**
 * Checks that all servers of a run are asked for the same, and are told the same: a secret in one URL is not for the server of another.
 *
 * @param plain whether the URLs are not read
 * @throws UsageError
 */
export function checkAlike(places: readonly ServerPlace[], plain: boolean): void {
  const keys = places.map(({ url, userInfo, accessToken }) =>
    JSON.stringify([asks(url, plain), userInfo, accessToken]),
  );
  if (new Set(keys).size <= 1) return;
  const urls = redacted(places.map(({ url }) => url).join(' '));
  const sentence = `all URLs must ask for the same, with the same token, got ${urls}`;
  throw new UsageError('conflicting_option', 'url', () => sentence);
}

/** What is asked for, of whatever server: the carriage, the stream and its parameters. */
function asks(text: string, plain: boolean): string {
  const { protocol, pathname, searchParams } = new URL(text);
  const carriage = protocol.slice(0, 2);
  searchParams.sort();
  return plain ? carriage : `${carriage} ${pathname.split('/').filter(Boolean).at(-1)} ${searchParams}`;
}
