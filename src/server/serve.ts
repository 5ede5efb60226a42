/// <reference lib="esnext.disposable" preserve="true" />
import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { chaosSocket } from '../chaos/chaos-socket.ts';
import { parseFaultSpec } from '../chaos/fault/fault-spec.ts';
import { rateOnWire } from '../delivery/rate.ts';
import { takeAccessToken } from '../session/access-token.ts';
import { CLOSE } from '../session/close-codes.ts';
import { ServerSession } from '../session/conversation/server-session.ts';
import { MOST_UNREAD_MS } from '../session/heartbeat.ts';
import { LIMITS } from '../session/limits.ts';
import { SUBPROTOCOL } from '../session/messages.ts';
import { originForm, parseStreamRequest, type StreamRequest } from '../session/stream-request.ts';
import { SecretSeed } from '../stream/secret-seed.ts';
import { SegmentCache } from '../stream/segment/segment-cache.ts';
import { SegmentMemory } from '../stream/segment/segment-memory.ts';
import { StreamError } from '../stream/stream-error.ts';
import { type ConnectionListener, type FrameConnection, WEBSOCKET_LINK } from '../transport/connection.ts';
import { systemHost } from '../transport/host.ts';
import type { TurnTaker } from '../transport/turns.ts';
import { WebSocketAcceptor } from '../transport/websocket.ts';
import { VERSION } from '../version.ts';
import { BasePath } from './base-path.ts';
import { ConnectionLimits } from './connection-limits.ts';
import { Door } from './door.ts';
import { asksForEcho, Echo } from './echo.ts';
import { EncoderPool } from './encoder-pool.ts';
import { Listener, TOO_LATE } from './listener.ts';
import { liveFault } from './live-start.ts';
import { Newcomers } from './newcomers.ts';
import { ReadAhead } from './read-ahead.ts';
import { Refusal, type RefusalOptions } from './refusal.ts';
import { type Holder, Roster } from './roster.ts';
import { resolveServeOptions, type ServeOptions, type ServeSettings } from './serve-options.ts';
import type { LeaveReason, ServerEvent } from './server-event.ts';
import { StreamPump } from './stream-pump.ts';
import type { TlsPair } from './tls-pair.ts';

/** A running server. */
export interface TidemarkServer extends AsyncDisposable {
  /** Where it listens, as in `ws://127.0.0.1:8000`, or `wss://…` with TLS, and its base path, if it has one. */
  readonly url: string;
  readonly port: number;
  /** How many clients are connected. */
  readonly clients: number;
  /** Holds back what clients send, or lets it come again; what is sent to them goes on. */
  holdInput(held: boolean): void;
  /**
   * Uses another certificate and key for every connection from now on.
   *
   * @throws UsageError for a pair that can't be used; the old one stays
   */
  setTls(pair: TlsPair): void;
  /** Stops accepting, closes every client with 1012, and resolves when all have left, or after 5 s. */
  close(): Promise<void>;
}

const CLOSE_TIMEOUT_MS = 5000;
/** How long a client has to answer a close frame that it has come to. */
const CLOSING_MS = 30_000;
/** The memory of all segments but those of large messages: 96 MiB, of which most use half. */
const MEMORY_PIECES = 768;

/**
 * Serves streams to any number of clients.
 *
 * @returns once it listens; rejects with the system's error (such as EADDRINUSE) if it can't, or with a UsageError
 *   for an option that is out of its bounds
 */
export async function serve(options: ServeOptions = {}): Promise<TidemarkServer> {
  const server = new Server(options);
  await server.listen();
  return server;
}

class Server implements TidemarkServer {
  readonly #settings: ServeSettings;
  readonly #tell: (event: ServerEvent) => void;
  readonly #listener: Listener;
  readonly #acceptor: WebSocketAcceptor;
  readonly #memory: SegmentMemory = new SegmentMemory(MEMORY_PIECES);
  readonly #segments: SegmentCache = new SegmentCache(LIMITS.segmentCacheBytes, this.#memory);
  readonly #encoders: EncoderPool;
  readonly #secretSeed: SecretSeed | undefined;
  readonly #roster: Roster = new Roster();
  readonly #pumps = new Set<StreamPump>();
  readonly #echoes = new Set<Echo>();
  readonly #newcomers: Newcomers;
  readonly #door: Door;
  readonly #limits: ConnectionLimits;
  readonly #basePath: BasePath;
  readonly #harm: (socket: Duplex) => Duplex;
  #held = false;
  #closing: Promise<void> | undefined;
  #allLeft: (() => void) | undefined;

  constructor(options: ServeOptions) {
    this.#settings = resolveServeOptions(options);
    this.#door = new Door(this.#settings);
    this.#newcomers = new Newcomers(systemHost, 2 * this.#settings.heartbeatMs);
    this.#harm = harming(this.#settings.chaos, (event) => this.#tell(event));
    this.#tell = options.onEvent ?? (() => {});
    const { encoders, secretSeed } = this.#settings;
    this.#encoders = new EncoderPool(encoders, this.#segments, this.#memory, secretSeed);
    this.#secretSeed = secretSeed === undefined ? undefined : new SecretSeed(secretSeed);
    this.#acceptor = new WebSocketAcceptor({
      subprotocol: SUBPROTOCOL,
      maximumMessageBytes: LIMITS.inboundMessageBytes,
      mostUnsentBytes: LIMITS.unsentBytes,
      mostUnsentAnswers: LIMITS.unsentAnswers,
      closingMs: CLOSING_MS + MOST_UNREAD_MS,
    });
    const { maxClients, maxClientsPerAddress, tls } = this.#settings;
    const limits = new ConnectionLimits(maxClients, maxClientsPerAddress, (socket) => {
      if (tls === undefined) socket.end(TOO_LATE);
      else socket.destroy(); // inside TLS it can't be said
    });
    this.#limits = limits;
    this.#basePath = new BasePath(this.#settings.basePath);
    const upgrade = this.#upgrade.bind(this);
    this.#listener = new Listener({ tls, basePath: this.#basePath, limits, upgrade });
  }

  async listen(): Promise<void> {
    const { host, port } = this.#settings;
    await this.#listener.listen(port, host);
    this.#tell({ event: 'listening', url: this.url });
  }

  get url(): string {
    return this.#listener.url;
  }

  get port(): number {
    return this.#listener.port;
  }

  get clients(): number {
    return this.#roster.size;
  }

  setTls(pair: TlsPair): void {
    this.#listener.setTls(pair);
  }

  holdInput(held: boolean): void {
    this.#held = held;
    for (const pump of this.#pumps) pump.hold(held);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #close(): Promise<void> {
    this.#listener.close();
    const allLeft = new Promise<void>((resolve) => {
      this.#allLeft = resolve;
    });
    for (const pump of this.#pumps) pump.close(CLOSE.restarting, 'the server stops', 'stopped');
    for (const echo of this.#echoes) echo.close();
    this.#newcomers.terminate();
    const timer = setTimeout(() => {
      for (const each of [...this.#pumps, ...this.#echoes]) each.terminate();
    }, CLOSE_TIMEOUT_MS);
    if (this.#pumps.size + this.#echoes.size > 0) await allLeft;
    clearTimeout(timer);
    this.#encoders.close();
    this.#tell({ event: 'stopped' });
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, turns: TurnTaker): void {
    const remote = remoteOf(request);
    const path = this.#harm(socket);
    const asked = this.#understand(request);
    if (asked === 'echo') {
      this.#acceptor.accept(request, path, head, turns, (connection) => this.#echo(request, connection));
      return;
    }
    if (!(asked instanceof Refusal)) {
      this.#acceptor.accept(request, path, head, turns, (connection) =>
        this.#admit(asked, remote, connection),
      );
      return;
    }
    if (!asked.speaksTidemark) {
      this.#tell({ event: 'refuse', remote, code: asked.status, text: asked.sentence });
      asked.answer(path);
      return;
    }
    this.#acceptor.accept(request, path, head, turns, (connection) =>
      this.#refuse(asked, remote, connection),
    );
  }

  /**
   * A connection may take over a name once it has answered a ping, and only from the one that had it when it asked: whoever
   * has got it since then dialled later.
   */
  #admit(asked: Asked, remote: string, connection: FrameConnection): ConnectionListener {
    const { client, plain } = asked;
    const before = this.#roster.holder(client);
    if (before === undefined) return this.#join(asked, remote, connection);
    return this.#newcomers.add(client, connection, () => {
      const now = this.#roster.holder(client);
      const late = now !== undefined && now !== before;
      const refusal = late ? lateFor(client, !plain) : this.#nameRefusal(asked, !plain);
      if (refusal === undefined) return this.#join(asked, remote, connection);
      return this.#refuse(refusal, remote, connection);
    });
  }

  #refuse(refusal: Refusal, remote: string, connection: FrameConnection): ConnectionListener {
    this.#tell({ event: 'refuse', remote, code: refusal.closeCode, text: refusal.sentence });
    return refusal.close(connection);
  }

  #echo({ socket }: IncomingMessage, connection: FrameConnection): Echo {
    const release = this.#limits.entered(socket.remoteAddress);
    const echo = new Echo(connection, systemHost, this.#settings.heartbeatMs, () => {
      this.#echoes.delete(echo);
      release();
      this.#noteLeft();
    });
    this.#echoes.add(echo);
    return echo;
  }

  #noteLeft(): void {
    if (this.#pumps.size + this.#echoes.size === 0) this.#allLeft?.();
  }

  #understand(request: IncomingMessage): Asked | 'echo' | Refusal {
    const speaksTidemark = offersSubprotocol(request);
    const refuse = (options: Omit<RefusalOptions, 'speaksTidemark'>) =>
      new Refusal({ ...options, speaksTidemark });
    const address = request.socket.remoteAddress;
    const asksFor = takeAccessToken(originForm(request.url ?? '/'));
    const refusal = this.#door.refusal(request, asksFor.accessToken, speaksTidemark);
    if (refusal !== undefined) return refusal;
    const target = this.#basePath.below(asksFor.target);
    if (target === undefined) return refuse({ ...NOT_FOUND, sentence: this.#basePath.fault });
    if (asksForEcho(target)) {
      const full = this.#limits.fault(address);
      return full === undefined ? 'echo' : refuse({ ...TRY_LATER, sentence: full });
    }
    try {
      const streamRequest = parseStreamRequest(target, { ...this.#settings, secretSeed: this.#secretSeed });
      const farOff = liveFault(streamRequest, systemHost.now().wallMs);
      if (farOff !== undefined) return refuse({ ...TRY_LATER, sentence: farOff });
      const client = streamRequest.client ?? this.#roster.freeName();
      const asked = { request: streamRequest, client, plain: !speaksTidemark, address };
      return this.#nameRefusal(asked, speaksTidemark) ?? asked;
    } catch (error) {
      if (!(error instanceof StreamError)) throw error;
      const codes = error.code === 'unknown_stream' ? NOT_FOUND : BAD_PARAMETERS;
      return refuse({ ...codes, sentence: error.message });
    }
  }

  /** Why a connection can't have a name; undefined if it can. */
  #nameRefusal({ client, request, address }: Asked, speaksTidemark: boolean): Refusal | undefined {
    if (!this.#roster.admits(client, request.token)) {
      const sentence = `client ${client} is connected already: choose another name, or bring its token`;
      return new Refusal({ status: 409, closeCode: CLOSE.nameInUse, sentence, speaksTidemark });
    }
    // Who takes over a name takes the place of the connection that has it.
    const full = this.#roster.holder(client) === undefined ? this.#limits.fault(address) : undefined;
    if (full === undefined) return undefined;
    return new Refusal({ ...TRY_LATER, sentence: full, speaksTidemark });
  }

  #join({ request, client, plain, address }: Asked, remote: string, connection: FrameConnection): StreamPump {
    const token = request.token ?? randomBytes(16).toString('hex');
    const { heartbeatMs } = this.#settings;
    const cached = this.#segments.source(request.stream, 'websocket');
    const source = new ReadAhead(cached, this.#segments, this.#encoders, () => pump.framesMade());
    const session = new ServerSession(
      { client, token, plain, link: WEBSOCKET_LINK, request, source, heartbeatMs, version: VERSION },
      systemHost.now(),
    );
    let release = () => {};
    const leave = (reason: LeaveReason) => {
      if (!this.#pumps.delete(pump)) return;
      this.#roster.leave(client, holder);
      release();
      const { blocks } = session.conversation;
      const { messages } = session.delivery;
      this.#tell({ event: 'leave', client, reason, blocks, messages, clients: this.#roster.size });
      this.#noteLeft();
    };
    const pump = new StreamPump(session, connection, systemHost, this.#memory, {
      tell: this.#tell,
      left: leave,
    });
    const holder: Holder = {
      token,
      superseded: () => {
        pump.close(CLOSE.superseded, 'a later connection has taken over this name', 'superseded');
        leave('superseded');
      },
    };
    this.#roster.enter(client, holder);
    release = this.#limits.entered(address);
    this.#pumps.add(pump);
    this.#tell({
      event: 'join',
      client,
      stream: request.stream.name,
      from: session.delivery.from,
      rate: rateOnWire(request.ratePerSecond),
      remote,
      plain,
      clients: this.#roster.size,
    });
    if (this.#held) pump.hold(true);
    pump.start();
    return pump;
  }
}

function lateFor(client: string, speaksTidemark: boolean): Refusal {
  const sentence = `a later connection has got the name ${client} while this one waited for it`;
  return new Refusal({ status: 409, closeCode: CLOSE.nameInUse, sentence, speaksTidemark });
}

/** Puts a path on which things go wrong before each socket, if any are to. */
function harming(chaos: string, tell: (event: ServerEvent) => void): (socket: Duplex) => Duplex {
  const spec = parseFaultSpec(chaos);
  let connections = 0;
  return (socket) => (chaos === '' ? socket : chaosSocket(socket, spec, ++connections, tell));
}

/** What a connection asked for, understood and admitted. */
interface Asked {
  readonly request: StreamRequest;
  readonly client: string;
  readonly plain: boolean;
  /** Where it comes from. */
  readonly address: string | undefined;
}

const NOT_FOUND = { status: 404, closeCode: CLOSE.noSuchStream };
const TRY_LATER = { status: 503, closeCode: CLOSE.full };
const BAD_PARAMETERS = { status: 400, closeCode: CLOSE.badParameters };

function offersSubprotocol(request: IncomingMessage): boolean {
  const offered = request.headers['sec-websocket-protocol'] ?? '';
  return offered.split(',').some((name) => name.trim() === SUBPROTOCOL);
}

function remoteOf({ socket }: IncomingMessage): string {
  const { remoteAddress = 'unknown', remotePort = 0 } = socket;
  return `${remoteAddress.includes(':') ? `[${remoteAddress}]` : remoteAddress}:${remotePort}`;
}
