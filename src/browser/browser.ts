/** The public surface of Tidemark in a browser: a client, of any page, with nothing of Node's. */

export type {
  BlockEvent,
  ClientEvent,
  ConnectedEvent,
  DifferenceEvent,
  DisconnectedEvent,
  EndEvent,
  FindingEvent,
  ForeignEvent,
  MismatchEvent,
  ResumedEvent,
  StartEvent,
} from '../client/run/client-event.ts';
export type { ClientRun } from '../client/run/client-run.ts';
export type { RunOptions as ConnectOptions, StopSignal } from '../client/run/run-options.ts';
export type { Arrival, ArrivedMessage } from '../measure/arrival.ts';
export type { Block } from '../measure/finished-block.ts';
export type { RunCounts, Verdict, VerdictWord } from '../measure/verdict.ts';
export { StreamError, type StreamErrorCode } from '../stream/stream-error.ts';
export type { Difference } from '../verify/difference/difference.ts';
export { type OptionNaming, UsageError, type UsageErrorCode } from '../wording/usage-error.ts';
export { connect } from './connect.ts';
