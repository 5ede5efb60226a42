import type { DialAddress } from '../address-round.ts';
import type { Carriage } from '../connection.ts';
import { HttpCarriage } from '../http/http-carriage.ts';
import type { HttpPlatform } from '../http/http-platform.ts';
import type { BodyForm } from '../http/response-fault.ts';
import { FetchRequest } from './fetch-request.ts';

/** For so long what was read is used at a stretch; then timers and what the page draws have their turn. */
const STRETCH_MS = 8;

export interface PageTraveller {
  readonly addresses: DialAddress;
  readonly client: string;
  readonly token: string;
  readonly authorization: string | undefined;
  readonly as: BodyForm;
  readonly maximumMessageBytes: number;
  readonly eventIdBytes: number;
  readonly mostUnsentBytes: number;
}

/** Carries the run of a page over HTTP, by `fetch`. */
export function pageHttp({ addresses, client, token, authorization, ...options }: PageTraveller): Carriage {
  return new HttpCarriage(
    addresses,
    { client, token },
    { ...options, platform: fetchPlatform(authorization) },
  );
}

function fetchPlatform(authorization: string | undefined): HttpPlatform {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let stretchUntilMs: number | undefined;
  return {
    isUtf8: (bytes) => {
      try {
        decoder.decode(bytes);
        return true;
      } catch {
        return false;
      }
    },
    turns: {
      get readEnough() {
        if (stretchUntilMs !== undefined) return performance.now() > stretchUntilMs;
        stretchUntilMs = performance.now() + STRETCH_MS;
        setTimeout(() => {
          stretchUntilMs = undefined;
        });
        return false;
      },
      add: (job) => void setTimeout(job),
      remove: () => {}, // a turn that nobody needs does no harm
    },
    wallMs: () => Date.now(),
    soon: (callback) => void setTimeout(callback),
    request: (url, asked) => new FetchRequest(url, asked, authorization),
    keepConnections: () => ({
      request: (url, asked) => new FetchRequest(url, asked, authorization),
      destroy: () => {},
    }),
    failureOf: (_, url, __, done) => {
      const { host } = new URL(url);
      done({ status: undefined, reason: `${host} can't be reached, or does not let this page in` });
    },
  };
}
