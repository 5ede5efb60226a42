import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketAcceptor } from '../carriage/websocket/acceptor.ts';
import { ChaosSockets } from '../chaos/chaos-socket.ts';
import { systemHost } from '../host/host.ts';
import { LIMITS } from '../session/limits.ts';
import { SUBPROTOCOL } from '../session/messages.ts';
import { SecretSeed } from '../stream/secret-seed.ts';
import { Api } from './api/api.ts';
import { ConnectionLimits } from './clients/connection-limits.ts';
import { Counts } from './clients/counts.ts';
import { Occupants } from './clients/occupants.ts';
import { Departures } from './clients/presence.ts';
import type { Rooms } from './clients/rooms.ts';
import { Sessions } from './clients/sessions.ts';
import type { Cluster } from './cluster/cluster.ts';
import { LiveFeed } from './cluster/live-feed.ts';
import { Respondent } from './cluster/respondent.ts';
import { Door } from './door/door.ts';
import { Listener, tellTooLate } from './listener.ts';
import { Pulse } from './live/pulse.ts';
import { BasePath } from './options/base-path.ts';
import { isLoopback } from './options/loopback.ts';
import { resolveServeOptions, type ServeOptions, type ServeSettings } from './options/serve-options.ts';
import type { ServerEvent } from './options/server-event.ts';
import type { TlsPair } from './options/tls-pair.ts';
import { Reception } from './reception.ts';
import { CLOSING_MS } from './request/leaving.ts';
import { Streams } from './serving/streams.ts';
import type { TidemarkServer } from './tidemark-server.ts';

export const CLOSE_TIMEOUT_MS = 5000;

/** A server in one process, by itself or with others that serve the same clients. */
export class Server implements TidemarkServer {
  readonly #settings: ServeSettings;
  readonly #tell: (event: ServerEvent) => void;
  readonly #rooms: Rooms;
  readonly #occupants = new Occupants();
  readonly #door: Door;
  readonly #streams: Streams;
  readonly #pulse: Pulse;
  readonly #liveFeed: LiveFeed;
  readonly #listener: Listener;
  #closing: Promise<void> | undefined;

  constructor(options: ServeOptions, cluster: Cluster) {
    const settings = resolveServeOptions(options);
    const { maxClients, maxClientsPerAddress, tls, heartbeatMs } = settings;
    const occupants = this.#occupants;
    const departures = new Departures();
    const counts = new Counts();
    // Over TLS nothing can be said before the handshake has finished.
    const late = tls === undefined ? tellTooLate : (socket: Duplex) => void socket.destroy();
    const limits = new ConnectionLimits(maxClients, maxClientsPerAddress, late);
    const rooms = cluster.roomsWith(limits);
    const onLoopback = isLoopback(settings.host);
    const pulse = new Pulse(
      { counts, departures, clients: () => rooms.held, aligned: !cluster.alone },
      systemHost,
    );
    const { onEvent } = options;
    const tell = (event: ServerEvent) => {
      pulse.note(event);
      onEvent?.(event);
    };
    const basePath = new BasePath(settings.basePath);
    const sessions = new Sessions(cluster.self.id);
    const { seed, ratePerSecond, secretSeed, accessToken } = settings;
    const secret = secretSeed === undefined ? undefined : new SecretSeed(secretSeed);
    const defaults = { seed, ratePerSecond, secretSeed: secret };
    const door = new Door({ ...settings, defaults, member: cluster.self.id }, rooms, sessions);
    const chaos = settings.chaos === '' ? undefined : new ChaosSockets(settings.chaos, tell);
    const streams = new Streams(settings, { rooms, occupants, sessions, departures, counts, tell });
    const respondent = new Respondent({
      ...{ counts, occupants, departures, clients: () => rooms.held, cache: () => streams.cache },
      ...{ pulse, sessions, id: cluster.self.id },
    });
    const { respond: responder } = respondent;
    cluster.answerBy(responder);
    const liveFeed = new LiveFeed(
      {
        ...{ pulse, cluster, since: (number) => respondent.since(number), onLoopback },
        ...{ chaos: settings.chaos, dismisses: settings.adminToken !== undefined },
      },
      systemHost,
    );
    const api = new Api({
      ...{ defaults, basePath: basePath.prefix, hasToken: accessToken !== undefined },
      ...{ cluster, responder, onLoopback },
      closing: () => door.closed,
    });
    const reception = new Reception({
      ...{ basePath, door, api, counts, streams, liveFeed, cluster, occupants, heartbeatMs, tell },
    });
    const acceptor = new WebSocketAcceptor({
      subprotocol: SUBPROTOCOL,
      mostMessageBytes: LIMITS.inboundMessageBytes,
      mostUnsentBytes: LIMITS.unsentBytes,
      mostUnsentAnswers: LIMITS.unsentAnswers,
      closingMs: CLOSING_MS,
    });
    const receive = reception.receive.bind(reception);
    this.#listener = new Listener({ tls, basePath, limits, acceptor, chaos, receive });
    this.#settings = settings;
    this.#tell = tell;
    this.#rooms = rooms;
    this.#door = door;
    this.#streams = streams;
    this.#pulse = pulse;
    this.#liveFeed = liveFeed;
  }

  async listen(): Promise<void> {
    const { host, port } = this.#settings;
    await this.#listener.listen(port, host);
    this.#pulse.start();
    this.#tell({ event: 'listening', url: this.url });
  }

  /** Begins without listening: another process, which listens at this URL, passes sockets on. */
  begin(url: string): void {
    this.#listener.listenElsewhere(url);
    this.#pulse.start();
  }

  /** Serves a socket that another process has accepted. */
  take(socket: Socket): void {
    this.#listener.take(socket);
  }

  get url(): string {
    return this.#listener.url;
  }

  get port(): number {
    return this.#listener.port;
  }

  get clients(): number {
    return this.#rooms.held;
  }

  setTls(pair: TlsPair): void {
    this.#listener.setTls(pair);
  }

  holdInput(held: boolean): void {
    this.#occupants.hold(held);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #close(): Promise<void> {
    this.#door.close();
    await this.#occupants.stop(CLOSE_TIMEOUT_MS);
    this.#listener.close();
    this.#listener.drop();
    this.#pulse.stop();
    this.#liveFeed.stop();
    this.#streams.close();
    this.#tell({ event: 'stopped' });
  }
}
