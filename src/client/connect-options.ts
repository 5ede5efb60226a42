import type { NatsAccess } from '../carriage/nats/nats-access.ts';
import type { RunOptions } from './run/run-options.ts';

export interface ConnectOptions extends RunOptions {
  /**
   * Records in the log, for the next process of the run, that an end without proof is not enough. The verdict does not
   * change. @default false
   */
  readonly requireProof?: boolean;
  /**
   * Certificates in PEM by which to trust a wss:// or https:// server, in place of the system's. @default the system's
   */
  readonly ca?: string;
  /** By what NATS lets this user in, and is trusted, for a nats:// address. @default nothing */
  readonly nats?: NatsAccess;
  /**
   * Measures how late each block arrives, reported as events of type `timed`. Only a server that gives proof can tell.
   * @default false
   */
  readonly timing?: boolean;
  /** File to log blocks to, as NDJSON; it must be empty or absent, unless `resume` is set. @default no log */
  readonly log?: string;
  /** Resumes the run in the log. @default false */
  readonly resume?: boolean;
  /**
   * `block`: a block's receipt is sent only once its line of the log is on the disk, so that it outlives a power cut.
   * @default 'none', which outlives a killed process
   */
  readonly fsync?: 'block' | 'none';
}
