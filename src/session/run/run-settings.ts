import type { Arrival } from '../../measure/arrival.ts';
import type { Link } from '../link.ts';
import type { LocalCheck } from './local-check.ts';
import type { ResumePoint } from './resume-point.ts';
import type { Timing } from './untimed.ts';

/** What a run is created with. */
export interface RunSettings {
  readonly client: string;
  /** What its connections can do. */
  readonly link: Link;
  readonly blockSize: number;
  /** How many messages the whole run takes; undefined for no end. */
  readonly count: number | undefined;
  /** Ask no server for proof. */
  readonly plain: boolean;
  readonly heartbeatMs: number;
  /** Returns numbers in [0, 1), for the jitter of the back-off. */
  readonly random: () => number;
  readonly resume: ResumePoint | undefined;
  /** What the user told the server in secret, hidden wherever the server is quoted. @default nothing */
  readonly secrets?: readonly string[];
  /** Measures how late blocks arrive; only a server that gives proof can tell. @default nobody wants to know */
  readonly timing?: Timing | undefined;
  /** Called with messages as they arrive, before their block is full. */
  readonly arrived?: ((arrival: Arrival) => void) | undefined;
  /** Asked when a block begins: whether its messages may be asked for. @default always */
  readonly keep?: (() => boolean) | undefined;
  /** Asked for the verdict: what is wrong with the stored log. A log that is gone proves nothing. @default nothing */
  readonly storeFault?: (() => string | undefined) | undefined;
  /** Compares each message with what it should be; undefined leaves that to the server. */
  readonly check?: LocalCheck | undefined;
  /** The seq that a checked run is due to begin with, if no server says it. @default that of the first message */
  readonly from?: number | undefined;
  /** How many servers are dialled in turn. @default 1 */
  readonly addresses?: number;
  /** How long the run goes on without a connection, whatever is under way. @default for ever */
  readonly giveUpMs?: number;
  /** How long no message may arrive while connected. @default for ever */
  readonly idleTimeoutMs?: number;
  /** How long the run takes messages, from its start. @default as long as they arrive */
  readonly durationMs?: number;
  /** End with the connection, and do not reconnect. @default false */
  readonly once?: boolean;
  /** Retry even when the first attempt fails because of the host name or the scheme. @default false */
  readonly wait?: boolean;
  /** Send nothing to a server that gives no proof. @default false */
  readonly listenOnly?: boolean;
  /** Messages that do not belong to the stream are no fault. @default false */
  readonly ignoreForeign?: boolean;
}
