import { LAST_SEQ } from '../stream/stream.ts';
import { badParameter } from '../stream/stream-error.ts';
import { redactedUrl } from '../wording/secrets.ts';
import { badOption } from '../wording/usage-error.ts';

/** Of NATS: it has no parameters, and may have several hosts. Its carriage reads it. */
const NATS_SCHEME = /^(nats|tls):/i;

/**
 * The URL of a run, and the URLs that are dialled for it: the user's own, with the client's name and token added and, once messages
 * have arrived, with the seq to go on from and the remaining count.
 */
export class ClientAddress {
  readonly #url: URL;
  readonly #plain: boolean;

  /** @param plain whether to dial the URL exactly as it is */
  constructor(url: string, plain: boolean) {
    const [nats] = NATS_SCHEME.exec(url) ?? [];
    this.#url = nats === undefined ? parseUrl(url) : new URL(`${nats.toLowerCase()}//`);
    this.#plain = plain || nats !== undefined;
  }

  /** The count in the URL, if there is one. A plain URL's parameters mean nothing here. */
  get count(): number | undefined {
    const text = this.#plain ? null : this.#url.searchParams.get('count');
    if (text === null) return undefined;
    if (!/^\d{1,16}$/.test(text) || Number(text) > LAST_SEQ) {
      throw badParameter('count', 'a number of messages', text);
    }
    return Number(text);
  }

  /** The client's name in the URL, if there is one. */
  get client(): string | undefined {
    return this.#plain ? undefined : (this.#url.searchParams.get('client') ?? undefined);
  }

  /** Whether messages are due by the live schedule. */
  get live(): boolean {
    return !this.#plain && (this.#url.searchParams.get('from')?.startsWith('live') ?? false);
  }

  /** `ws:`, `wss:`, `http:`, `https:`, `nats:` or `tls:`, which selects the carriage. */
  get scheme(): string {
    return this.#url.protocol;
  }

  /** @param next.from the seq to go on from; undefined leaves the start to the URL */
  dialUrl(next: {
    client: string;
    token: string;
    from: number | undefined;
    count: number | undefined;
  }): string {
    if (this.#plain) return this.#url.href;
    const url = new URL(this.#url);
    const { searchParams } = url;
    searchParams.set('client', next.client);
    searchParams.set('token', next.token);
    if (next.from !== undefined) {
      searchParams.set('from', this.live ? `live:${next.from}` : String(next.from));
    }
    if (next.count !== undefined) searchParams.set('count', String(next.count));
    return url.href;
  }
}

const SCHEMES = ['ws:', 'wss:', 'http:', 'https:'];

function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !SCHEMES.includes(url.protocol) || url.hash !== '') {
    const expected =
      'a ws://, wss://, http://, https:// or nats:// address such as ws://127.0.0.1:8000/users';
    throw badOption('url', expected, redactedUrl(text));
  }
  return url;
}
