import { LIMITS } from './limits.ts';

/** Close codes of `tidemark.v1`, and those of RFC 6455 that it uses. PROTOCOL.md says when each is sent. */
export const CLOSE = {
  done: 1000,
  leaving: 1001,
  protocolError: 1002,
  restarting: 1012,
  full: 1013,
  badParameters: 4400,
  unauthorised: 4401,
  dismissed: 4403,
  noSuchStream: 4404,
  idle: 4408,
  nameInUse: 4409,
  superseded: 4410,
  streamDiffers: 4422,
  /** Of what a page can't say: a browser lets it close with 1000, and from 3000 on. */
  pageLeaves: 4001,
  pageRefuses: 4002,
} as const;

/** No close frame came; it is never on the wire (RFC 6455, section 7.1.5). */
export const ABNORMAL_CLOSE: number = 1006;

/** A close frame came without a code; it is never on the wire either. */
export const NO_STATUS: number = 1005;

export const INVALID_DATA: number = 1007;
export const TOO_LARGE: number = 1009;
const POLICY = 1008;

/** Codes after which a client does not reconnect, since it would get the same answer again; but see `closeIsFinal`. */
const FINAL: ReadonlySet<number> = new Set([
  CLOSE.protocolError,
  1003, // unsupported data
  INVALID_DATA, // not UTF-8
  POLICY,
  TOO_LARGE,
  1010, // extension missing
  CLOSE.badParameters,
  CLOSE.unauthorised,
  CLOSE.dismissed,
  CLOSE.noSuchStream,
  CLOSE.nameInUse,
  CLOSE.superseded,
  CLOSE.streamDiffers,
]);

/** Client errors (400 to 499) that a gateway answers with for a while. */
const TRANSIENT_STATUS: ReadonlySet<number> = new Set([408, 425, 429, 460, 499]);
/** Server errors (500 on) that are permanent. */
const LASTING_SERVER_ERRORS: ReadonlySet<number> = new Set([501, 505]);

/** How a connection was closed. */
export interface Closing {
  /** Whether messages came over the connection: then it was not refused. */
  readonly served: boolean;
  /** Whether the run was ever welcomed. */
  readonly welcomed: boolean;
  /** Whether this end closed it, because the peer broke RFC 6455 or a limit. */
  readonly own: boolean;
}

/**
 * Whether a server says that it has sent everything: with its own code, or with none at all (1005, RFC 6455, 7.1.5).
 */
export function isNormalClose(code: number): boolean {
  return code === CLOSE.done || code === NO_STATUS;
}

/**
 * Whether a client does not reconnect after this code.
 *
 * If a connection that brought messages breaks the rules, something on the way did it, such as a proxy that is
 * reloading (caddy 2.6.2 sends an unmasked close frame), and 1008 is what gateways say for want of another code. If the
 * name of a client that was welcomed is in use, somebody took it when the server restarted: its owner waits until it is
 * free.
 */
export function closeIsFinal(code: number, { served, welcomed, own }: Closing): boolean {
  if (!FINAL.has(code)) return false;
  if (own) return !(served && (code === CLOSE.protocolError || code === INVALID_DATA));
  if (served && (code === CLOSE.protocolError || code === POLICY)) return false;
  return !(welcomed && code === CLOSE.nameInUse);
}

/**
 * Whether a client does not retry after this answer to its handshake.
 *
 * @param welcomed whether the run was ever welcomed: then the answer comes from something in between, not from Tidemark
 */
export function httpStatusIsFinal(status: number, welcomed: boolean): boolean {
  if (welcomed || TRANSIENT_STATUS.has(status)) return false;
  return status < 500 || LASTING_SERVER_ERRORS.has(status);
}

/** Truncates a close reason to what a close frame holds, between characters. */
export function closeReason(text: string): string {
  const encoder = new TextEncoder();
  if (encoder.encode(text).length <= LIMITS.closeReasonBytes) return text;
  let cut = '';
  let size = encoder.encode('…').length;
  for (const character of text) {
    size += encoder.encode(character).length;
    if (size > LIMITS.closeReasonBytes) break;
    cut += character;
  }
  return `${cut}…`;
}
