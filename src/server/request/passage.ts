import type { ConnectionListener, FrameConnection } from '../../carriage/connection.ts';
import type { Link } from '../../session/link.ts';
import type { Framing } from '../../stream/segment/framing.ts';
import type { CarriageName, ServerEvent } from '../options/server-event.ts';
import type { Refusal } from './refusal.ts';

/** A stream that begins. */
export interface BegunStream {
  readonly client: string;
  /** The first seq. */
  readonly from: number;
  /** The session that the client posts its receipts to, if it can't send them on the connection. */
  readonly session: string | undefined;
}

/** How what is sent begins. */
interface Beginning {
  /** Whose stream it is. @default none: it is no stream, and no client's */
  readonly stream?: BegunStream;
  /** The longest silence on a response, where no pings show that it is alive. */
  readonly keepAliveMs: number;
}

/** The way from a stream to its client: a connection, and what is particular to its carriage. */
export interface Passage {
  readonly carriage: CarriageName;
  readonly connection: FrameConnection;
  /** What the connection can do. */
  readonly link: Link;
  /** How messages are framed on it. */
  readonly framing: Framing;
  /** Sends what must come before everything else, such as the head of a response. */
  begin(beginning: Beginning): void;
  /** Ends it, in place of `begin`, and says why. */
  refuse(refusal: Refusal, tell: (event: ServerEvent) => void): ConnectionListener;
}
