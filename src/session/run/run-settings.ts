import type { Arrival } from '../../measure/arrival.ts';
import type { Link } from '../link.ts';
import type { LocalCheck } from './local-check.ts';
import type { ResumePoint } from './resume-point.ts';

/** What a run is made from. */
export interface RunSettings {
  readonly client: string;
  /** What its connections can do. */
  readonly link: Link;
  readonly blockSize: number;
  /** How many messages the whole run takes; undefined is without end. */
  readonly count: number | undefined;
  /** Ask no server for proof. */
  readonly plain: boolean;
  readonly heartbeatMs: number;
  /** Gives numbers in [0, 1), for the jitter of the back-off. */
  readonly random: () => number;
  readonly resume: ResumePoint | undefined;
  /** What the user told the server in secret: one that repeats it is not quoted with it. @default nothing */
  readonly secrets?: readonly string[];
  /** Whether to find out how late blocks come; only a server that gives proof can tell. */
  readonly timing?: boolean;
  /** Whether messages are due by the live schedule, and not from a connection's first on. @default false */
  readonly live?: boolean;
  /** Told of messages as they come, before their block is full. */
  readonly arrived?: ((arrival: Arrival) => void) | undefined;
  /** Asked when a block begins: whether somebody may ask for its messages. @default always */
  readonly keep?: (() => boolean) | undefined;
  /**
   * Asked when the verdict is drawn: what is wrong with what was stored of the run. Nothing is proved by a log that is
   * not there. @default nothing
   */
  readonly storeFault?: (() => string | undefined) | undefined;
  /** Compares each message with what it should be; undefined leaves that to the server. */
  readonly check?: LocalCheck | undefined;
  /** The seq that a checked run is due to begin with, where no server says it. @default that of the first message */
  readonly from?: number | undefined;
  /** How long the run goes on without a connection, whatever is under way then. @default for ever */
  readonly giveUpMs?: number;
  /** How long no message may come while there is a connection. @default for ever */
  readonly idleTimeoutMs?: number;
  /** How long the run takes messages, from its start. @default as long as they come */
  readonly durationMs?: number;
  /** End with the connection, and do not come back. @default false */
  readonly once?: boolean;
  /** Try again too when the first attempt fails by the server's name or the scheme. @default false */
  readonly wait?: boolean;
  /** Send nothing to a server that gives no proof. @default false */
  readonly listenOnly?: boolean;
  /** Messages that are not of the stream are no fault. @default false */
  readonly ignoreForeign?: boolean;
}
