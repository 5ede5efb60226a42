/**
 * What a carriage can do besides bringing messages to the client. Each carriage states it for its connections; a
 * session asks, and never assumes.
 */
export interface Link {
  /**
   * The other end answers pings, and is gone if nothing is heard from it. Without pings silence means nothing,
   * but where the server has said how long it is quiet at most.
   */
  readonly ping: boolean;
  /**
   * Without pings: a question for the time goes the way that messages go, and so does its answer. A server that speaks
   * `tidemark.v1` is asked in place of a ping. @default false
   */
  readonly answers?: boolean;
  /**
   * The reader can stop reading, which makes the sender wait. Without it, a sender that is too fast can only be
   * refused.
   */
  readonly pause: boolean;
  /** An end can say why it closes. Without it, a link is just dropped. */
  readonly status: boolean;
  /** The client can send messages to the server. Without them there are no receipts, and no proof by the server. */
  readonly acknowledge: boolean;
  /**
   * What goes to the client ends by itself, and the client reports beside it: to a session, and even after that end. Without it
   * both ways end together.
   */
  readonly halfClose: boolean;
}
