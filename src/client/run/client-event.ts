import type { VerdictWord } from '../../measure/verdict.ts';
import type { Receipt } from '../../session/messages.ts';
import type { Difference } from '../../verify/difference/difference.ts';
import type { Advice } from '../../wording/advice.ts';

/** The events of a client: the objects of `tidemark connect --json`, without the time stamp `at`. */
export type ClientEvent =
  | StartEvent
  | OpenedEvent
  | ConnectedEvent
  | BlockEvent
  | MismatchEvent
  | DifferenceEvent
  | FindingEvent
  | ForeignEvent
  | TimedEvent
  | DisconnectedEvent
  | ResumedEvent
  | EndEvent;

/** What is told of a connection, where there are several servers. */
interface OfOneServer {
  /** The URL of the one that it is about; left out if there is only one. */
  readonly url?: string;
}

/** Every effective setting. */
export interface StartEvent {
  readonly event: 'start';
  readonly client: string;
  readonly url: string;
  /** The URLs of the servers that are dialled in turn behind the first; left out if there are none. */
  readonly other_urls?: readonly string[];
  readonly block: number;
  /** Messages of the whole run; null for no end. */
  readonly count: number | null;
  readonly log: string | null;
  /** The seq at which an earlier process's run resumes; null for a new run. */
  readonly resume_from: number | null;
  /** The URL that the run began with, if another one is used now. */
  readonly first_url: string | null;
  /** Whether each line of the log is synced to the disk before its receipt is sent. */
  readonly fsync: 'block' | 'none';
  readonly plain: boolean;
  /** How messages are requested over HTTP; null over WebSocket. */
  readonly as: 'events' | 'lines' | null;
  /** Who compares messages with the stream. */
  readonly verify: 'server' | 'local';
  /** Whether the lateness of blocks is measured. */
  readonly timing: boolean;
  readonly heartbeat_ms: number;
  /** How long the run goes on without a connection; null for ever. */
  readonly give_up_ms: number | null;
  /** How long no message may arrive while connected, and how long the run takes messages; null for ever. */
  readonly idle_timeout_ms: number | null;
  readonly duration_ms: number | null;
  /** Whether the run ends with its connection. */
  readonly once: boolean;
}

/**
 * A run with a check of its own is connected to a server that is not Tidemark. `connected` follows once it is known
 * where the run begins: at once if that was given, otherwise with the first message.
 */
interface OpenedEvent {
  readonly event: 'opened';
  readonly client: string;
}

export interface ConnectedEvent extends OfOneServer {
  readonly event: 'connected';
  readonly client: string;
  /** Canonical name and id; null from a server that is not Tidemark. */
  readonly stream: string | null;
  readonly stream_id: string | null;
  readonly from: number;
  /** Messages a second; null from a server that is not Tidemark. */
  readonly rate: number | 'max' | null;
  /**
   * When message `from` is due: milliseconds since 1970 by the server's clock; null from a server that is not Tidemark.
   */
  readonly t0_ms: number | null;
}

/** A block is complete: the contents of its receipt, and what only the client needs to know. */
export interface BlockEvent extends Omit<Receipt, 'type' | 'text'> {
  readonly event: 'block';
  readonly client: string;
  /** This block's end - the previous block's end; null for the first, or if the connection broke in between. */
  readonly interval_ms: number | null;
  readonly partial: boolean;
}

/** The server found a block wrong. */
export interface MismatchEvent {
  readonly event: 'mismatch';
  readonly client: string;
  readonly block: number;
  readonly from: number;
  readonly to: number;
  readonly reason: string;
}

/** How late a block's last message arrived, reported once the server has found the block right. */
export interface TimedEvent {
  readonly event: 'timed';
  readonly client: string;
  readonly block: number;
  /** Arrival - when it was due; null at full speed, or until the clocks have been compared. */
  readonly latency_ms: number | null;
  /** Arrival - when the server handed it to its socket; null if the server does not say. */
  readonly latency_from_send_ms: number | null;
  /** Both are accurate to plus or minus this. They are not clamped, so a small one may be below 0. */
  readonly clock_error_ms: number | null;
}

/** Messages were lost, repeated or reordered. The first 10,000 ranges of a run are reported; `end` counts all. */
export interface FindingEvent {
  readonly event: 'finding';
  readonly client: string;
  /**
   * `lost` messages were skipped; those that arrive after all are reported as `reordered`; `repeated` ones had arrived
   * before.
   */
  readonly kind: 'lost' | 'repeated' | 'reordered';
  /** First and last seq. */
  readonly from: number;
  readonly to: number;
}

/** The client's own check found a message to be wrong. Wrong messages directly after it are not reported. */
export interface DifferenceEvent {
  readonly event: 'difference';
  readonly client: string;
  readonly seq: number;
  readonly first_difference: Difference;
}

/**
 * The client's own check found a message that does not belong to the stream. The first 100 of a run are reported; `end`
 * counts all.
 */
export interface ForeignEvent {
  readonly event: 'foreign';
  readonly client: string;
  /** How it begins: at most 100 bytes. */
  readonly excerpt: string;
}

export interface DisconnectedEvent extends OfOneServer {
  readonly event: 'disconnected';
  readonly client: string;
  readonly code: number;
  readonly reason: string;
  /** How long until the next attempt. */
  readonly retry_ms: number;
}

export interface ResumedEvent extends OfOneServer {
  readonly event: 'resumed';
  readonly client: string;
  readonly from: number;
  readonly after_ms: number;
}

export interface EndEvent {
  readonly event: 'end';
  readonly client: string;
  readonly verdict: VerdictWord;
  readonly messages: number;
  /** All messages due of the run's count; without one, as far as it got. */
  readonly expected: number;
  /** The seq that the run assumed to be its first, since nobody said; null if it was said, or is unknown. */
  readonly assumed_from: number | null;
  /** The first seq due, given or assumed, if no server says it; otherwise null. */
  readonly from: number | null;
  /** Whether it is known how far the messages were to go. If not, nobody can tell whether the last ones are missing. */
  readonly tail_known: boolean;
  /** Whether messages were compared with the stream. If not, nobody looked, and the counts of faults are 0. */
  readonly checked: boolean;
  /** The tail that was due and has not arrived: its first and last seq; null if all arrived, or no count was given. */
  readonly not_come: { readonly from: number; readonly to: number } | null;
  readonly lost: number;
  readonly repeated: number;
  readonly reordered: number;
  readonly corrupt: number;
  /** Messages that do not belong to the stream; 0 unless the client has a check of its own. */
  readonly foreign: number;
  /** The stream that the first messages belong to, if none of them is right, and the client found it by trying. */
  readonly resembles: string | null;
  readonly resumes: number;
  readonly blocks: number;
  /** Blocks that the server has neither confirmed nor refuted: the last ones of a run that was stopped. */
  readonly unverified_blocks: number;
  readonly duration_ms: number;
  /** Why the run failed; null if it did not. */
  readonly error: string | null;
  /** What can be done about it, by the option that does it; left out if that is nothing. */
  readonly advice?: Advice;
}
