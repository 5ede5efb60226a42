/**
 * What a carriage can do besides bringing messages to the client. Each carriage states it of its links; a session asks, and
 * never assumes.
 */
export interface Link {
  /** The other end answers pings: one from which nothing is heard is gone. Without them silence means nothing. */
  readonly ping: boolean;
  /** Who reads can stop reading, and who sends waits. Without it what comes too fast can only be refused. */
  readonly pause: boolean;
  /** Who closes can say why. Without it a link is just dropped. */
  readonly status: boolean;
  /** Messages go from the client to the server, too. Without them there are no receipts, and no proof by the server. */
  readonly acknowledge: boolean;
  /**
   * What goes to the client ends by itself, and the client reports beside it: to a session, and even after that end. Without it
   * both ways end together.
   */
  readonly halfClose: boolean;
}
