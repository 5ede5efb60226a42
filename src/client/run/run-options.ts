import type { Arrival } from '../../measure/arrival.ts';
import type { Block } from '../../measure/finished-block.ts';
import type { ClientEvent } from './client-event.ts';
import type { RunEndOptions } from './run-end-options.ts';

/** What every client may be told of its run. */
export interface RunOptions extends RunEndOptions {
  /** Name of the client: letters, digits and `._@-`, 64 at most. @default a made-up one */
  readonly client?: string;
  /** Messages a block, 1 to 1,000,000. @default 5 */
  readonly block?: number;
  /** Messages after which the run ends. @default no end */
  readonly count?: number;
  /**
   * Dials the URL as it is and offers no subprotocol, for servers that refuse what they don't know, and for any server of
   * events or lines over HTTP. @default false
   */
  readonly plain?: boolean;
  /**
   * How messages are requested over HTTP: as server-sent events, or as NDJSON, one a line. A log keeps it for the next
   * process of the run. @default 'events'
   */
  readonly as?: 'events' | 'lines';
  /**
   * Who checks messages. `local`: every message is compared with the client's own, so that no server has to be trusted;
   * with `plain` this proves what came through anything that carries the stream. @default 'server'; 'local' with
   * `plain` and `stream`
   */
  readonly verify?: 'server' | 'local';
  /** The stream to check against, with `verify: 'local'`. @default the URL's */
  readonly stream?: string;
  /**
   * The seq that the run is due to begin with, with `plain` and `verify: 'local'`, where no server says it: messages
   * before it are skipped, and what is missing from it on is lost. @default the seq of the first message
   */
  readonly from?: number;
  /**
   * With `verify: 'local'`: messages that do not belong to the stream, such as a relay may add, are counted but are no
   * fault. @default false
   */
  readonly ignoreForeign?: boolean;
  /** Sends nothing to a server that is not Tidemark, not even a sentence for each block. @default false */
  readonly listenOnly?: boolean;
  /**
   * The server's secret seed, 16 to 4,096 bytes, with `verify: 'local'`: without it nobody can generate the stream's
   * messages. @default none
   */
  readonly secretSeed?: Uint8Array;
  /**
   * Token that the server requires, sent as `Authorization: Bearer`; it is in no event and no log. One in the URL, as
   * `access_token`, is taken out and sent in the same way, except with `plain`, which dials the URL as it is. User and
   * password in the URL are sent as `Authorization: Basic` instead, and are in no event and no log either. @default the
   * URL's
   */
  readonly accessToken?: string;
  /**
   * Ping interval in milliseconds; a server that is silent for two of them is given up. HTTP has no pings. @default
   * 15000
   */
  readonly heartbeatMs?: number;
  /** Called with everything that happens, in order. It must not throw. */
  readonly onEvent?: (event: ClientEvent) => void;
  /**
   * Called with messages as they arrive, before their block is full. It must not throw. Messages are made on demand,
   * and valid until it returns.
   */
  readonly onMessages?: (arrival: Arrival) => void;
  /**
   * Called with every block before its receipt is sent. It must not throw. The block's messages can be read until it
   * returns; read them then to keep them, unless the run is iterated.
   */
  readonly onBlock?: (block: Block) => void;
  /** Stops the run, as `stop` does. */
  readonly signal?: StopSignal;
}

/** The part of an `AbortSignal` that is used, declared here so that these types need those of no platform. */
export interface StopSignal {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void;
}
