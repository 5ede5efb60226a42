/**
 * Everything that a peer can make grow, and how far. PROTOCOL.md holds the same table with the reasons; a test
 * compares the two.
 */
export const LIMITS = {
  /** Bytes of one message from a client to the server; a larger one is refused with close code 1009. */
  inboundMessageBytes: 65_536,
  /** Bytes of one message from a server to the client. */
  outboundMessageBytes: 67_108_864,
  /**
   * Bytes of one control message from a server, which has to be read as a whole. Clients' messages are smaller anyway.
   */
  controlMessageBytes: 2_097_152,
  /** Messages of one block. */
  blockMessages: 1_000_000,
  /** Payload bytes of one block. */
  blockBytes: 1_073_741_824,
  /** Characters of a client's name. */
  clientNameCharacters: 64,
  /** Receipts of one client waiting for verification; beyond it the server stops reading from that client. */
  waitingReceipts: 64,
  /** Receipts without an answer from the server; beyond it the client gives up. */
  unansweredReceipts: 100_000,
  /** Bytes handed to one socket in one turn of the event loop, and the rest of a segment. */
  turnBytes: 524_288,
  /** Bytes waiting to be sent to one peer; beyond it nothing is read from it. */
  unsentBytes: 4_194_304,
  /** Answers waiting to be sent to one client, however short; beyond it the server stops reading from that client. */
  unsentAnswers: 256,
  /** Bytes a second that a peer is assumed to read at least: a ping behind more data is given more time. */
  slowReaderBytesPerSecond: 16_384,
  /** Bytes before a ping for which more time is given. */
  unreadBytes: 4_194_304,
  /** Requests for the time that are answered in a second for one client; others are ignored. */
  clockAnswersPerSecond: 20,
  /** Writes to one client whose times are kept until its receipts come. */
  sendTimes: 4096,
  /** Bytes of encoded segments in the server's cache. */
  segmentCacheBytes: 67_108_864,
  /** Bytes of the id of an event, which goes back to the server in a header. */
  eventIdBytes: 4096,
  /** Bytes of the reason in a close frame (RFC 6455, section 5.5). */
  closeReasonBytes: 123,
} as const;
