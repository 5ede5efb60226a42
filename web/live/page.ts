import { ServerCalls } from './link/server-calls.ts';
import { LivePage } from './live-page.ts';

/** The live page: it knows its server by where it lies itself. */
document
  .getElementById('page')
  ?.replaceWith(new LivePage(new ServerCalls(new URL('.', document.baseURI), tokenOfAddress())).element);

/** A token may come as `#access_token=…`, which no server and no log sees; it does not stay in the address. */
function tokenOfAddress(): string | undefined {
  const fragment = new URLSearchParams(location.hash.slice(1));
  const token = fragment.get('access_token');
  if (token === null) return undefined;
  history.replaceState(null, '', `${location.pathname}${location.search}`);
  return token;
}
