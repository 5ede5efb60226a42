import type { FaultEvent } from '../../chaos/chaos-path.ts';
import { ABNORMAL_CLOSE, CLOSE } from '../../session/close-codes.ts';
import type { Receipt } from '../../session/messages.ts';
import type { Advice } from '../../wording/advice.ts';

/** The carriages of a server. */
export type CarriageName = 'websocket' | 'http';

/** What a server reports: the objects of `tidemark serve --json`, without the time stamp `at`. */
export type ServerEvent =
  | { readonly event: 'listening'; readonly url: string }
  | JoinEvent
  | MessageEvent
  | ReceiptEvent
  | LeaveEvent
  | RefuseEvent
  | FaultEvent
  | ClusterEvent
  | WorkerEvent
  | { readonly event: 'stopped' };

export interface JoinEvent {
  readonly event: 'join';
  readonly client: string;
  /** Canonical stream name. */
  readonly stream: string;
  readonly from: number;
  /** Whether it came to go on where it was, as far as can be told: with its token or the id of an event, from a later message than the first. */
  readonly resumed: boolean;
  /** Messages a second. */
  readonly rate: number | 'max';
  /** Address and port of the peer. */
  readonly remote: string;
  /** Whether the client does not speak `tidemark.v1`. */
  readonly plain: boolean;
  /** How it is connected. */
  readonly carriage: CarriageName;
  /** How many clients are connected now. */
  readonly clients: number;
}

/** Something has become of this server as one of several nodes. */
interface ClusterEvent {
  readonly event: 'cluster';
  /** Its name. */
  readonly node: string;
  /**
   * NATS could not be reached for some seconds (`unreached`), or can be again (`reached`); other nodes had called it dead, and it has joined
   * again (`refenced`); another process has its name (`replaced`); another node serves otherwise, and is left out of the roster (`foreign`).
   */
  readonly state: 'unreached' | 'reached' | 'refenced' | 'replaced' | 'foreign';
  /** The same in words. */
  readonly text: string;
}

/** A client sent free text. */
export interface MessageEvent {
  readonly event: 'message';
  readonly client: string;
  readonly text: string;
}

/** A client reported a block: its receipt, and whether the receipt matches what was sent. */
export interface ReceiptEvent extends Omit<Receipt, 'type'> {
  readonly event: 'receipt';
  readonly client: string;
  readonly verified: boolean;
}

/** Copies field by field: there are thousands a second, and spreading an object is slower. */
export function receiptEvent(client: string, receipt: Receipt, verified: boolean): ReceiptEvent {
  return {
    event: 'receipt',
    client,
    block: receipt.block,
    from: receipt.from,
    to: receipt.to,
    count: receipt.count,
    bytes: receipt.bytes,
    elapsed_ms: receipt.elapsed_ms,
    crc32: receipt.crc32,
    interrupted: receipt.interrupted,
    verified,
    text: receipt.text,
  };
}

/**
 * Why a client is off the roster: it `left`; its connection was `lost`; it was `silent` for too long; a later connection took its
 * name over (`superseded`); everything that it asked for was sent (`done`); it broke the protocol (`refused`); whoever runs the server
 * asked it to leave (`dismissed`); it has to come back and claim its name again, which nobody could tell whose it was (`revoked`); the
 * server `stopped`.
 */
const REASONS = [
  'left',
  'lost',
  'silent',
  'superseded',
  'done',
  'refused',
  'dismissed',
  'revoked',
  'stopped',
] as const;
export const LEAVE_REASONS: typeof REASONS = REASONS;
export type LeaveReason = (typeof LEAVE_REASONS)[number];

/**
 * The reason for a leave that the server did not cause.
 *
 * @param finished whether everything that the client asked for had been sent
 */
export function leaveReason(code: number, finished: boolean): LeaveReason {
  if (code === ABNORMAL_CLOSE) return 'lost';
  if (code === CLOSE.protocolError || code === CLOSE.pageRefuses) return 'refused';
  return finished ? 'done' : 'left';
}

export interface LeaveEvent {
  readonly event: 'leave';
  readonly client: string;
  readonly reason: LeaveReason;
  /** Blocks verified, and messages sent, on this connection. */
  readonly blocks: number;
  readonly messages: number;
  /** How many clients remain. */
  readonly clients: number;
}

/** Of a server with several workers, one of their processes `started`, was `lost`, or is `given up`, after which the server stops. */
export interface WorkerEvent {
  readonly event: 'worker';
  readonly state: 'started' | 'lost' | 'given up';
  /** Which one: a worker that is replaced keeps its number. */
  readonly worker: number;
  readonly pid: number;
  /** How many clients it had. */
  readonly clients: number;
  /** What happened to it, in words. */
  readonly text: string;
}

/** A connection was refused before it got onto the roster. */
export interface RefuseEvent {
  readonly event: 'refuse';
  readonly remote: string;
  /** The HTTP status, or the close code in `tidemark.v1`. */
  readonly code: number;
  readonly text: string;
  /** What can be done about it, by the option of the server that does it; left out if that is nothing. */
  readonly advice?: Advice;
}
