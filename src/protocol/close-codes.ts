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

/** Codes after which a client does not come back, since it would get the same answer again; but see `closeIsFinal`. */
const FINAL: ReadonlySet<number> = new Set([
  CLOSE.protocolError,
  1003, // unsupported data
  1007, // not UTF-8
  1008, // policy
  1009, // too large
  1010, // extension missing
  CLOSE.badParameters,
  CLOSE.unauthorised,
  CLOSE.noSuchStream,
  CLOSE.nameInUse,
  CLOSE.superseded,
  CLOSE.streamDiffers,
]);

/** HTTP answers to a handshake after which trying again can help; every other answer is final. */
const TRANSIENT_STATUS: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504]);

/**
 * Whether a client does not come back after this code.
 *
 * @param served whether messages came over the connection. Then it was not refused: a server that says 1002 got a broken
 *   frame on the way, as a proxy makes that is reloaded (caddy 2.6.2 sends a close frame without its mask)
 */
export function closeIsFinal(code: number, served: boolean): boolean {
  return FINAL.has(code) && !(served && code === CLOSE.protocolError);
}

export function httpStatusIsFinal(status: number): boolean {
  return !TRANSIENT_STATUS.has(status);
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
