import type { FaultEvent } from '../../chaos/chaos-path.ts';
import { ABNORMAL_CLOSE, CLOSE } from '../../session/close-codes.ts';
import type { Receipt } from '../../session/messages.ts';

/** What a connection may be. */
export type CarriageName = 'websocket' | 'http';

/** What a server tells; the objects of `tidemark serve --json`, but for the time stamp `at`. */
export type ServerEvent =
  | { readonly event: 'listening'; readonly url: string }
  | JoinEvent
  | MessageEvent
  | ReceiptEvent
  | LeaveEvent
  | RefuseEvent
  | FaultEvent
  | { readonly event: 'stopped' };

export interface JoinEvent {
  readonly event: 'join';
  readonly client: string;
  /** Canonical stream name. */
  readonly stream: string;
  readonly from: number;
  /** Messages a second. */
  readonly rate: number | 'max';
  /** Address and port of the peer. */
  readonly remote: string;
  /** Whether the client speaks no `tidemark.v1`. */
  readonly plain: boolean;
  /** What it is connected by. */
  readonly carriage: CarriageName;
  /** How many clients there are now. */
  readonly clients: number;
}

/** A client sent free text. */
export interface MessageEvent {
  readonly event: 'message';
  readonly client: string;
  readonly text: string;
}

/** A client reported a block: its receipt, and whether the block was right. */
export interface ReceiptEvent extends Omit<Receipt, 'type'> {
  readonly event: 'receipt';
  readonly client: string;
  readonly verified: boolean;
}

/** Field by field: there are thousands a second, and most are not shown. */
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
 * Why a client is off the roster: it left; it vanished, or a later connection took its name over; all that it
 * asked for was sent; the server closed its connection for what it sent; the server stopped.
 */
export type LeaveReason = 'left' | 'lost' | 'silent' | 'superseded' | 'done' | 'refused' | 'stopped';

/**
 * Why a client is gone that closed the connection itself.
 *
 * @param finished whether all that it asked for had been sent
 */
export function leaveReason(code: number, finished: boolean): LeaveReason {
  if (code === ABNORMAL_CLOSE) return 'lost';
  if (code === CLOSE.protocolError) return 'refused';
  return finished ? 'done' : 'left';
}

export interface LeaveEvent {
  readonly event: 'leave';
  readonly client: string;
  readonly reason: LeaveReason;
  /** Blocks that it reported and that were right, and messages sent, on this connection. */
  readonly blocks: number;
  readonly messages: number;
  /** How many clients remain. */
  readonly clients: number;
}

/** A connection was refused before it got onto the roster. */
export interface RefuseEvent {
  readonly event: 'refuse';
  readonly remote: string;
  /** The HTTP status, or the close code in `tidemark.v1`. */
  readonly code: number;
  readonly text: string;
}
