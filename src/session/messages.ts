import * as v from 'valibot';
import { LIMITS } from './limits.ts';
import { finite, type Schema, wholeFrom0, wholeFrom1 } from './schema.ts';

/**
 * The control messages of `tidemark.v1`: one interface each, and the schema that checks it when it comes from the
 * peer. On the wire each is U+001E followed by one JSON object (see codec.ts). PROTOCOL.md describes them.
 */

/** The WebSocket subprotocol. */
export const SUBPROTOCOL = 'tidemark.v1';

/** Server → client, the first message of a connection: what will be sent. */
export interface Welcome {
  readonly type: 'welcome';
  /** Version of the Tidemark package that serves. */
  readonly server: string;
  readonly client: string;
  /** The token that a later connection must bring to take over this name. */
  readonly token: string;
  /** Canonical stream name. */
  readonly stream: string;
  readonly stream_id: string;
  /** Versions that are part of the stream id. */
  readonly generator: number;
  readonly faker: string;
  /** The seq of the first message of this connection. */
  readonly from: number;
  /** Messages a second, or as fast as the client takes them. */
  readonly rate: number | 'max';
  /** How messages are spread over time, in canonical form. */
  readonly profile: string;
  /** When message `from` is due: milliseconds since 1970 by the server's clock. */
  readonly t0_ms: number;
  /** The id under which the client reports by requests of its own, if the connection has no way back. */
  readonly session?: string;
  /** The longest that the server is quiet, if it answers no pings. */
  readonly keep_alive_ms?: number;
}

/** Server → client: all blocks reported on this connection up to this one are right, except those in a `mismatch`. */
export interface Verified {
  readonly type: 'verified';
  readonly block: number;
  /**
   * For a client that has asked for the time: when the last message of each of these blocks was handed to the socket,
   * by the server's clock, null if unknown. The last entry is that of `block`, and the earlier ones belong to the
   * blocks before it.
   */
  readonly sent_ms?: readonly (number | null)[];
}

/** Server → client, over HTTP: messages that it posted are of types that this server does not know, and were passed over. */
export interface Ignored {
  readonly type: 'ignored';
  /** Each once. */
  readonly types: readonly string[];
}

/** Client → server: what time is it? It is answered by `clock`, within limits. */
export interface ClockRequest {
  readonly type: 'clock_request';
  /** When it was asked, by the client's clock, whatever that is. */
  readonly t1_ms: number;
}

/** Server → client: when the request arrived and when it was answered, by the clock of `t0_ms` in the welcome. */
export interface Clock {
  readonly type: 'clock';
  /** As in the request. */
  readonly t1_ms: number;
  readonly t2_ms: number;
  readonly t3_ms: number;
}

/** Server → client: this block is not what was sent. */
export interface Mismatch {
  readonly type: 'mismatch';
  readonly block: number;
  readonly from: number;
  readonly to: number;
  readonly expected_crc32: string;
  readonly received_crc32: string;
  /** What differs, in a sentence. */
  readonly reason: string;
}

/** Client → server: a block was received. */
export interface Receipt {
  readonly type: 'receipt';
  readonly block: number;
  readonly from: number;
  readonly to: number;
  readonly count: number;
  /** Payload bytes. */
  readonly bytes: number;
  readonly elapsed_ms: number;
  /** Eight hex digits. */
  readonly crc32: string;
  readonly interrupted: boolean;
  /** `Client <client_name> received <n> block in <t> time`. */
  readonly text: string;
}

export type ServerMessage = Welcome | Verified | Mismatch | Ignored | Clock;
export type ClientMessage = Receipt | ClockRequest;

const crc32 = v.pipe(v.string(), v.regex(/^[0-9a-f]{8}$/, 'expected eight hex digits'));
const streamId = v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/, 'expected 16 hex digits'));

function isAboveZero(value: unknown): boolean {
  return Number.isFinite(value) && (value as number) > 0;
}

function isRate(value: unknown): boolean {
  return value === 'max' || isAboveZero(value);
}

const welcome = v.object({
  type: v.literal('welcome'),
  server: v.string(),
  client: v.string(),
  token: v.string(),
  stream: v.string(),
  stream_id: streamId,
  generator: wholeFrom1,
  faker: v.string(),
  from: wholeFrom0,
  rate: v.custom<Welcome['rate']>(isRate, 'expected above 0'),
  // Servers from before there were profiles do not say it.
  profile: v.exactOptional(v.string(), 'constant'),
  t0_ms: finite,
  session: v.exactOptional(v.string()),
  keep_alive_ms: v.exactOptional(v.custom<number>(isAboveZero, 'expected above 0')),
});

const verified = v.object({
  type: v.literal('verified'),
  block: wholeFrom1,
  sent_ms: v.exactOptional(v.array(v.nullable(finite))),
});

const mismatch = v.object({
  type: v.literal('mismatch'),
  block: wholeFrom1,
  from: wholeFrom0,
  to: wholeFrom0,
  expected_crc32: crc32,
  received_crc32: crc32,
  reason: v.string(),
});

const ignored = v.object({
  type: v.literal('ignored'),
  types: v.array(v.string()),
});

const receipt = v.object({
  type: v.literal('receipt'),
  block: wholeFrom1,
  from: wholeFrom0,
  to: wholeFrom0,
  count: v.pipe(wholeFrom1, v.maxValue(LIMITS.blockMessages)),
  bytes: v.pipe(wholeFrom0, v.maxValue(LIMITS.blockBytes)),
  elapsed_ms: v.pipe(finite, v.minValue(0)),
  crc32,
  interrupted: v.boolean(),
  text: v.pipe(v.string(), v.maxLength(1024)),
});

const clockRequest = v.object({
  type: v.literal('clock_request'),
  t1_ms: finite,
});

const clock = v.object({
  type: v.literal('clock'),
  t1_ms: finite,
  t2_ms: finite,
  t3_ms: finite,
});

/** Schemas by `type`, for each direction. @internal */
export const SERVER_MESSAGES: Readonly<Record<ServerMessage['type'], Schema<ServerMessage>>> = {
  welcome,
  verified,
  mismatch,
  ignored,
  clock,
};
/** @internal */
export const CLIENT_MESSAGES: Readonly<Record<ClientMessage['type'], Schema<ClientMessage>>> = {
  receipt,
  clock_request: clockRequest,
};
