import type { IncomingMessage } from 'node:http';
import { badOption } from '../../wording/usage-error.ts';
import { isLoopback } from '../options/loopback.ts';

/**
 * Which pages may connect. Browsers let any page open a WebSocket to any host, so without a check of `Origin` every web site could
 * read from, and write to, a server on its visitor's machine. Programs send no `Origin`.
 */
export class OriginCheck {
  readonly #allowed: ReadonlySet<string>;
  readonly #onLoopback: boolean;

  /** @param host the address that the server listens on */
  constructor(allowed: readonly string[], host: string) {
    this.#allowed = new Set(allowed.map((origin) => parseOrigin(origin).toLowerCase()));
    this.#onLoopback = isLoopback(host);
  }

  /** The origin of the page that asks, if it may read the response. */
  allowed(request: Pick<IncomingMessage, 'headers'>): string | undefined {
    const { origin } = request.headers;
    return origin === undefined || this.fault(request) !== undefined ? undefined : origin;
  }

  /** @returns why this origin may not connect, as a sentence; undefined if it may */
  fault({ headers }: Pick<IncomingMessage, 'headers'>): string | undefined {
    const ofOldDraft = headers['sec-websocket-origin'];
    const origin = headers.origin ?? (ofOldDraft === undefined ? undefined : String(ofOldDraft));
    if (origin === undefined || this.#allowed.has(origin.toLowerCase())) return undefined;
    const url = /^https?:\/\/[^/]+$/i.test(origin) && URL.canParse(origin) ? new URL(origin) : undefined;
    if (url !== undefined) {
      if (url.host === hostAsSeenBy(url, headers.host)) return undefined;
      if (this.#onLoopback && isLoopback(url.hostname)) return undefined;
    }
    return `pages of the origin ${JSON.stringify(shortened(origin))} may not connect: it is none of the server's allowed origins`;
  }
}

/** The Host header, without the port if it is the default of the origin's scheme. */
function hostAsSeenBy({ protocol }: URL, host = ''): string | undefined {
  const text = `${protocol}//${host}`;
  return /^[^/?#@\\\s]+$/.test(host) && URL.canParse(text) ? new URL(text).host : undefined;
}

/** Checks that an allowed origin has the form that browsers send. */
function parseOrigin(text: string): string {
  if (text === 'null' || /^[a-z][a-z\d+.-]*:\/\/[^/?#@\s]+$/i.test(text)) return text;
  throw badOption('allowOrigins', 'one as browsers send it, such as https://example.org:8443', text);
}

const SHOWN_CHARACTERS = 80;

function shortened(text: string): string {
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
}
