/// <reference lib="esnext.disposable" preserve="true" />
import type { TlsPair } from './options/tls-pair.ts';

/** A running server. */
export interface TidemarkServer extends AsyncDisposable {
  /** Its address, such as `ws://127.0.0.1:8000`, or `wss://…` with TLS, and its base path, if it has one. */
  readonly url: string;
  readonly port: number;
  /** How many clients are connected. */
  readonly clients: number;
  /** Stops or resumes taking in what clients send; sending to them goes on. */
  holdInput(held: boolean): void;
  /**
   * Uses another certificate and key for new connections.
   *
   * @throws UsageError for a pair that can't be used; the old one stays
   */
  setTls(pair: TlsPair): void;
  /** Stops admitting clients, closes each with 1012, and resolves when all have left, or after 5 s. */
  close(): Promise<void>;
}
