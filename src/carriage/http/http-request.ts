import { type Agent, type ClientRequest, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isSecure } from '../dial-failure.ts';

/** Credentials of the client, and the certificates that it trusts. */
export interface Access {
  /** The `Authorization` header. @default none */
  readonly authorization?: string | undefined;
  /** PEM certificates to trust in place of the system's. @default the system's */
  readonly ca?: string | undefined;
}

/** Opens a request, which the caller must end. It emits nothing before this returns. */
export function makeRequest(
  url: string,
  { authorization, ca }: Access,
  asked: {
    readonly method: 'GET' | 'POST';
    readonly headers: Readonly<Record<string, string | number>>;
    /** Reuses connections. @default a connection for this request alone */
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
