/** The public surface of Tidemark. */

export type { FaultEvent } from './chaos/chaos-path.ts';
export {
  type ChaosEvent,
  type ChaosProxy,
  type ChaosProxyOptions,
  startChaosProxy,
} from './chaos/chaos-proxy.ts';
export { type ConnectedRun as ClientRun, connect } from './client/connect.ts';
export type { ConnectOptions } from './client/connect-options.ts';
export type { BlockRecord, MessageRecord, RunRecord } from './client/log-record.ts';
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
  TimedEvent,
} from './client/run/client-event.ts';
export { LogError } from './client/run/log-error.ts';
export type { RunOptions, StopSignal } from './client/run/run-options.ts';
export type { Arrival, ArrivedMessage } from './measure/arrival.ts';
export type { Block } from './measure/finished-block.ts';
export type { RunCounts, Verdict, VerdictWord } from './measure/verdict.ts';
export type { ServeOptions } from './server/options/serve-options.ts';
export type {
  JoinEvent,
  LeaveEvent,
  LeaveReason,
  MessageEvent,
  ReceiptEvent,
  RefuseEvent,
  ServerEvent,
  WorkerEvent,
} from './server/options/server-event.ts';
export type { TlsPair } from './server/options/tls-pair.ts';
export type { TidemarkServer } from './server/tidemark-server.ts';
export { crc32Hex, digestMessage } from './stream/digest.ts';
export { STREAM_KINDS, type StreamKind } from './stream/kinds/stream-kinds.ts';
export { SecretSeed } from './stream/secret-seed.ts';
export {
  FAKER_VERSION,
  GENERATOR_VERSION,
  LAST_SEQ,
  openStream,
  type Stream,
  type StreamOptions,
} from './stream/stream.ts';
export { StreamError, type StreamErrorCode } from './stream/stream-error.ts';
export { CaptureError, type CaptureFraming as Framing, type UnreadableForm } from './verify/capture/form.ts';
export type { CaptureTerms } from './verify/capture-checker.ts';
export type { CaptureCounts, CaptureVerdict } from './verify/capture-verdict.ts';
export type { Difference } from './verify/difference/difference.ts';
export type { Finding, FindingKind } from './verify/finding.ts';
export { type Capture, type VerifyOptions, verify } from './verify/verify.ts';
export type { Advice } from './wording/advice.ts';
export { type OptionNaming, UsageError, type UsageErrorCode } from './wording/usage-error.ts';
export { serve } from './workers/serve.ts';
