/** How much anybody may ask of a server before and besides being served. docs/limits.md has the reasons; a test compares. */
export const ACCESS_LIMITS = {
  /** Clients of one server, unless `maxClients` says otherwise. */
  clients: 16_384,
  /** Clients of one address, unless `maxClientsPerAddress` says otherwise. */
  clientsPerAddress: 12_288,
  /** Sockets besides those of clients: in a handshake, or about to be refused. */
  spareSockets: 1024,
  /** Milliseconds for the handshake of TLS, and for the headers; the headers' clock is looked at once a second. */
  handshakeMs: 5000,
  /** Milliseconds after which a socket must have become a WebSocket. */
  socketMs: 6000,
  /** Milliseconds that a refused connection has to take its answer. */
  refusedMs: 2000,
  /** Sessions of clients whose response has ended, and who may report still; beyond it the oldest ends. */
  lingeringSessions: 4096,
  /** Bytes of the request line and the headers together. */
  headerBytes: 16_384,
  /** Characters of the request target: path and query. */
  targetCharacters: 8192,
} as const;
