import type { ConnectionListener, FrameConnection } from '../../carriage/connection.ts';
import type { Link } from '../../session/link.ts';
import type { Framing } from '../../stream/segment/framing.ts';
import type { CarriageName, ServerEvent } from '../options/server-event.ts';
import type { Refusal } from './refusal.ts';

/** Who a stream begins for, and where. */
interface Beginning {
  readonly client: string;
  /** The first seq. */
  readonly from: number;
  /** What the client reports to, if that is beside the connection. */
  readonly session: string | undefined;
}

/** What a stream travels on to whoever asked for it: a connection, and what its carriage has of its own. */
export interface Passage {
  readonly carriage: CarriageName;
  readonly connection: FrameConnection;
  /** What the connection can do. */
  readonly link: Link;
  /** What messages are in on it. */
  readonly framing: Framing;
  /** Says what has to be said before all else. */
  begin(beginning: Beginning): void;
  /** Ends it before it has begun, and says why. */
  refuse(refusal: Refusal, tell: (event: ServerEvent) => void): ConnectionListener;
}
