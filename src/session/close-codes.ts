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
  noSuchStream: 4404,
  idle: 4408,
  nameInUse: 4409,
  superseded: 4410,
  streamDiffers: 4422,
} as const;

/** No close frame came; it is never on the wire (RFC 6455, section 7.1.5). */
export const ABNORMAL_CLOSE: number = 1006;

const NO_STATUS = 1005;
const INVALID_DATA = 1007;
const POLICY = 1008;

/** Codes after which a client does not come back, since it would get the same answer again; but see `closeIsFinal`. */
const FINAL: ReadonlySet<number> = new Set([
  CLOSE.protocolError,
  1003, // unsupported data
  INVALID_DATA, // not UTF-8
  POLICY,
  1009, // too large
  1010, // extension missing
  CLOSE.badParameters,
  CLOSE.unauthorised,
  CLOSE.noSuchStream,
  CLOSE.nameInUse,
  CLOSE.superseded,
  CLOSE.streamDiffers,
]);

/** Of all answers of 400 to 499, those that a gateway gives for a while. */
const TRANSIENT_STATUS: ReadonlySet<number> = new Set([408, 425, 429, 460, 499]);
/** Of all answers of 500 on, those that stay as they are. */
const LASTING_SERVER_ERRORS: ReadonlySet<number> = new Set([501, 505]);

/** How a connection was closed. */
export interface Closing {
  /** Whether messages came over the connection: then it was not refused. */
  readonly served: boolean;
  /** Whether the run was ever welcomed. */
  readonly welcomed: boolean;
  /** Whether this end closed it, since what came breaks RFC 6455 or a limit. */
  readonly own: boolean;
}

/** Whether a server says that it has sent all: with a code of its own, or with none at all (1005, RFC 6455, 7.1.5). */
export function isNormalClose(code: number): boolean {
  return code === CLOSE.done || code === NO_STATUS;
}

/**
 * Whether a client does not come back after this code.
 *
 * What is broken on a connection that brought messages was broken on the way, as by a proxy that is reloaded (caddy 2.6.2
 * sends a close frame without its mask), and 1008 is what gateways say for want of another code. A name that a welcomed
 * client had is taken by another when the server is started again: its owner waits until it is free.
 */
export function closeIsFinal(code: number, { served, welcomed, own }: Closing): boolean {
  if (!FINAL.has(code)) return false;
  if (own) return !(served && (code === CLOSE.protocolError || code === INVALID_DATA));
  if (served && (code === CLOSE.protocolError || code === POLICY)) return false;
  return !(welcomed && code === CLOSE.nameInUse);
}

/**
 * Whether a client does not try again after this answer to its handshake.
 *
 * @param welcomed whether the run was ever welcomed: then the answer is not Tidemark's, but that of something in between
 */
export function httpStatusIsFinal(status: number, welcomed: boolean): boolean {
  if (welcomed || TRANSIENT_STATUS.has(status)) return false;
  return status < 500 || LASTING_SERVER_ERRORS.has(status);
}

/** Cuts a close reason to what a close frame holds, between characters. */
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
