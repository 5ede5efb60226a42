import { type Agent, type ClientRequest, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isSecure } from '../dial-failure.ts';

/** Who asks, and whom it trusts. */
export interface Access {
  /** Sent as the header `Authorization`. @default nothing */
  readonly authorization?: string | undefined;
  /** Certificates in PEM that are trusted in place of the system's. @default the system's */
  readonly ca?: string | undefined;
}

/** Makes a request, whose end is the caller's. Nothing of it is told before the call has returned. */
export function makeRequest(
  url: string,
  { authorization, ca }: Access,
  asked: {
    readonly method: 'GET' | 'POST';
    readonly headers: Readonly<Record<string, string | number>>;
    /** Keeps connections; without it, there is one for this request alone. */
    readonly agent?: Agent;
  },
): ClientRequest {
  const request = isSecure(url) ? requestHttps : requestHttp;
  return request(url, {
    method: asked.method,
    headers: { ...asked.headers, ...(authorization === undefined ? {} : { authorization }) },
    agent: asked.agent ?? false,
    ...(ca === undefined ? {} : { ca }),
  });
}
