import type { AddressInfo } from 'node:net';
import type { BasePath } from './base-path.ts';

/** The URL of a server by the host and port that it is reached at. */
export function serverUrl(host: string, isSecure: boolean, { prefix }: BasePath): string {
  return `${isSecure ? 'wss' : 'ws'}://${host}${prefix}`;
}

/** Host and port as they stand in a URL. */
export function hostOf({ address, family, port }: AddressInfo): string {
  return `${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}
