import { z } from 'zod';
import { LIMITS } from './limits.ts';

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
  /** What a later connection must bring to take over this name. */
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
  /** When message `from` is due: milliseconds since 1970 on the server's clock. */
  readonly t0_ms: number;
}

/** Server → client: every block reported on this connection up to this one is right, but those in a `mismatch`. */
export interface Verified {
  readonly type: 'verified';
  readonly block: number;
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

/** Client → server: a block has come. */
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

export type ServerMessage = Welcome | Verified | Mismatch;
export type ClientMessage = Receipt;

const seq = z.int().nonnegative();
const count = z.int().positive();
const crc32 = z.string().regex(/^[0-9a-f]{8}$/, 'expected eight hex digits');
const streamId = z.string().regex(/^[0-9a-f]{16}$/, 'expected 16 hex digits');

const welcome: z.ZodType<Welcome> = z.object({
  type: z.literal('welcome'),
  server: z.string(),
  client: z.string(),
  token: z.string(),
  stream: z.string(),
  stream_id: streamId,
  generator: count,
  faker: z.string(),
  from: seq,
  rate: z.union([z.number().positive(), z.literal('max')]),
  // Servers from before there were profiles do not say it.
  profile: z.string().default('constant'),
  t0_ms: z.number(),
});

const verified: z.ZodType<Verified> = z.object({ type: z.literal('verified'), block: count });

const mismatch: z.ZodType<Mismatch> = z.object({
  type: z.literal('mismatch'),
  block: count,
  from: seq,
  to: seq,
  expected_crc32: crc32,
  received_crc32: crc32,
  reason: z.string(),
});

const receipt: z.ZodType<Receipt> = z.object({
  type: z.literal('receipt'),
  block: count,
  from: seq,
  to: seq,
  count: count.max(LIMITS.blockMessages),
  bytes: z.int().nonnegative().max(LIMITS.blockBytes),
  elapsed_ms: z.number().nonnegative(),
  crc32,
  interrupted: z.boolean(),
  text: z.string().max(1024),
});

/** Schemas by `type`, for each direction. */
export const SERVER_MESSAGES: Readonly<Record<ServerMessage['type'], z.ZodType<ServerMessage>>> = {
  welcome,
  verified,
  mismatch,
};
export const CLIENT_MESSAGES: Readonly<Record<ClientMessage['type'], z.ZodType<ClientMessage>>> = { receipt };
