/** Limits on connecting. docs/limits.md has the reasons; a test compares the two. */
export const ACCESS_LIMITS = {
  /** Clients of one server, unless `maxClients` says otherwise. */
  clients: 16_384,
  /** Clients of one address, unless `maxClientsPerAddress` says otherwise. */
  clientsPerAddress: 12_288,
  /** Sockets beyond those of clients: in a handshake, or about to be refused. */
  spareSockets: 1024,
  /** Milliseconds from accepting a socket, TLS included, until its request must have arrived; then it is answered 408. */
  handshakeMs: 5000,
  /** Milliseconds after which a socket without a complete request is dropped. */
  socketMs: 6000,
  /** Milliseconds that a client has to take the end of its answer, or a refusal. */
  refusedMs: 2000,
  /** Milliseconds that a client has to take an answer that is larger than what its kernel and ours hold. */
  answerMs: 60_000,
  /** Such answers that wait to be taken; beyond this the oldest is cut off. */
  waitingAnswers: 256,
  /** Sessions whose response has ended while their client may still report; beyond this the oldest ends. */
  lingeringSessions: 4096,
  /** Bytes of request line and headers together. */
  headerBytes: 16_384,
  /** Characters of the request target: path and query. */
  targetCharacters: 8192,
} as const;

/** Processes that may share a port. */
export const MOST_WORKERS = 64;
