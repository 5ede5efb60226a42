import { DEAF, WEBSOCKET_LINK } from '../../src/carriage/connection.ts';
import { Host } from '../../src/host/host.ts';
import { TurnAddress, TurnTaker } from '../../src/host/turns.ts';
import { Counts, KindCounts } from '../../src/server/clients/counts.ts';
import type { Lease } from '../../src/server/clients/name-registry.ts';
import { Names } from '../../src/server/clients/names.ts';
import { Sessions } from '../../src/server/clients/sessions.ts';
import type { LeaveReason } from '../../src/server/options/server-event.ts';
import { Newcomer } from '../../src/server/serving/newcomer.ts';
import { presenceOf } from '../../src/server/serving/presence-of.ts';
import { receivePost } from '../../src/server/serving/receipt-post.ts';
import { StreamPump } from '../../src/server/serving/stream-pump.ts';
import { CLOSE } from '../../src/session/close-codes.ts';
import { ServerSession } from '../../src/session/conversation/server-session.ts';
import { parseStreamRequest } from '../../src/session/stream-request.ts';
import { SegmentCache } from '../../src/stream/segment/segment-cache.ts';
import { SegmentMemory } from '../../src/stream/segment/segment-memory.ts';
import type { Link, ServerEnd } from './link.ts';
import { ONE_WAY, type Posting, visitOf } from './one-way.ts';
import { VirtualMachine, type VirtualTime } from './virtual-time.ts';

/** How long clients have to leave a server that stops. */
const STOP_TIMEOUT_MS = 5000;
/** In so long a pump sends a message of those that are due, if its connection takes any, and verifies a receipt of those that wait. */
const PATIENCE_MS = 500;

export interface SimulatedServerOptions {
  readonly heartbeatMs: number;
  /** Pieces of memory that segments lie in, and bytes of them that are kept. */
  readonly pieces: number;
  readonly cacheBytes: number;
  /** In place of a cache of its own, whose segments stay. */
  readonly shared: SegmentCache | undefined;
}

/** A server in virtual time: the real pumps and the real names, in processes that are killed and started again. */
export class SimulatedServer {
  readonly #time: VirtualTime;
  readonly #options: SimulatedServerOptions;
  readonly #processes: ServerProcess[] = [];
  #up: ServerProcess | undefined;

  constructor(time: VirtualTime, options: SimulatedServerOptions) {
    this.#time = time;
    this.#options = options;
    this.start();
    this.#watch();
  }

  get up(): boolean {
    return this.#up !== undefined;
  }

  /** Whether it has noticed that all are gone. */
  get idle(): boolean {
    return this.#processes.every(({ idle }) => idle);
  }

  /** What was found wrong, by now. */
  faults(): string[] {
    return this.#processes.flatMap((each) => each.faults());
  }

  /** As kill -9: all connections break, and nothing is remembered. */
  kill(): void {
    this.#up?.kill();
    this.#up = undefined;
  }

  /** As SIGTERM: all clients are told to come back. */
  stop(): void {
    this.#up?.stop();
    this.#up = undefined;
  }

  start(): void {
    if (this.#up !== undefined) return;
    this.#up = new ServerProcess(this.#time, this.#options);
    this.#processes.push(this.#up);
  }

  /** A connection with this URL. */
  accept(url: string, link: Link, oneWay: boolean): void {
    this.#up?.accept(url, link, oneWay);
  }

  /** A request beside a connection. */
  post(posting: Posting): void {
    this.#up?.post(posting);
  }

  #watch(): void {
    this.#time.after(PATIENCE_MS, () => {
      this.#up?.watch();
      this.#watch();
    });
  }
}

/** A connection that is there, and what it asks for. */
interface Arrival {
  readonly url: string;
  readonly newcomer: Newcomer;
  readonly connection: ServerEnd;
  /** Whether what its client says comes beside it. */
  readonly oneWay: boolean;
}

interface Served {
  readonly pump: StreamPump;
  readonly connection: ServerEnd;
  /** How many messages had been sent when somebody last looked; undefined if it was not to send any. */
  sent: number | undefined;
  /** How many blocks had been verified then; undefined if none was to be. */
  blocks: number | undefined;
}

class ServerProcess {
  readonly #time: VirtualTime;
  readonly #machine: VirtualMachine;
  readonly #host: Host;
  readonly #heartbeatMs: number;
  readonly #memory: SegmentMemory;
  readonly #segments: SegmentCache;
  readonly #names = new Names();
  readonly #newcomers = new Set<Newcomer>();
  readonly #address = new TurnAddress();
  readonly #connections = new Set<ServerEnd>();
  readonly #served = new Map<StreamPump, Served>();
  readonly #sessions = new Sessions();
  /** Requests that wait for their answers. */
  readonly #postings = new Set<Posting>();
  readonly #faults: string[] = [];
  #killed = false;

  constructor(time: VirtualTime, { heartbeatMs, pieces, cacheBytes, shared }: SimulatedServerOptions) {
    this.#time = time;
    this.#machine = new VirtualMachine(time);
    this.#host = new Host(this.#machine);
    this.#heartbeatMs = heartbeatMs;
    this.#memory = new SegmentMemory(pieces);
    this.#segments = shared ?? new SegmentCache(cacheBytes, this.#memory);
  }

  /** Nobody is served, and every connection has closed: one whose client was superseded does so after that has left. */
  get idle(): boolean {
    return (
      this.#killed || (this.#served.size === 0 && [...this.#connections].every(({ isClosed }) => isClosed))
    );
  }

  faults(): string[] {
    const { held } = this.#memory;
    const leaked = !this.#killed && this.idle && held > 0;
    const ofConnections = [...this.#connections].flatMap(({ faults }) => faults);
    return [
      ...this.#faults,
      ...ofConnections,
      ...(leaked ? [`${held} pieces of memory are held for nobody`] : []),
      ...(!this.#killed && this.idle && this.#sessions.size > 0 ? ['sessions are kept of nobody'] : []),
      ...(!this.#killed && this.idle && this.#postings.size > 0 ? ['requests were never answered'] : []),
    ];
  }

  kill(): void {
    this.#killed = true;
    this.#machine.halt();
    for (const connection of this.#connections) connection.abandon();
    for (const posting of this.#postings) posting.refused(0, undefined);
  }

  stop(): void {
    for (const pump of this.#served.keys()) pump.close(CLOSE.restarting, 'the server stops', 'stopped');
    for (const newcomer of this.#newcomers) newcomer.stop();
    this.#time.after(STOP_TIMEOUT_MS, () => {
      for (const connection of this.#connections) connection.terminate();
    });
  }

  post(posting: Posting): void {
    const session = this.#sessions.find(posting.session);
    if (session === undefined) return posting.refused(404, undefined);
    this.#postings.add(posting);
    const last = <A extends unknown[]>(tell: (...args: A) => void) => {
      return (...args: A) => {
        if (this.#postings.delete(posting)) tell(...args);
      };
    };
    const answered = last(posting.answered.bind(posting));
    const refused = last(posting.refused.bind(posting));
    receivePost(visitOf({ ...posting, answered, refused }), session, new Counts());
  }

  accept(url: string, link: Link, oneWay: boolean): void {
    const connection = link.accept(this.#host.turns, new TurnTaker(this.#address));
    this.#connections.add(connection);
    const newcomer = new Newcomer(
      { connection, link: oneWay ? ONE_WAY : WEBSOCKET_LINK },
      this.#host,
      2 * this.#heartbeatMs,
      () => this.#newcomers.delete(newcomer),
    );
    this.#newcomers.add(newcomer);
    connection.listen(newcomer);
    void this.#settle({ url, newcomer, connection, oneWay });
  }

  /** No message that is due, and no receipt, may lie about. */
  watch(): void {
    for (const served of this.#served.values()) {
      const { pump, connection, sent } = served;
      const { hasWork, blocks } = pump.session.conversation;
      if (hasWork && served.blocks === blocks) this.#faults.push(`receipts behind block ${blocks} lie about`);
      served.blocks = hasWork ? blocks : undefined;
      const { messages } = pump.session.delivery;
      const toSend = connection.takesFrames && pump.session.hasDue(this.#time.now);
      if (toSend && sent === messages)
        this.#faults.push(`messages from ${messages} on lie about though they are due`);
      served.sent = toSend ? messages : undefined;
    }
  }

  async #settle(arrival: Arrival): Promise<void> {
    const { url, newcomer, connection } = arrival;
    const { pathname, search } = new URL(url);
    const request = parseStreamRequest(pathname + search, { seed: 1, ratePerSecond: 10 });
    const { client = 'nameless', token = '' } = request;
    const lease = await this.#names.claim(client, token, newcomer);
    this.#newcomers.delete(newcomer);
    if (this.#killed || lease === 'gone') return;
    if (typeof lease === 'string') {
      connection.close(CLOSE.nameInUse, 'a later connection has got the name');
      newcomer.become(DEAF);
    } else if (newcomer.gone) lease.release();
    else this.#join(client, request, lease, arrival);
  }

  #join(
    client: string,
    request: ReturnType<typeof parseStreamRequest>,
    lease: Lease,
    { newcomer, connection, oneWay }: Arrival,
  ): void {
    const { stream, token = '' } = request;
    const source = this.#segments.source(stream, 'websocket');
    const wayBack = oneWay ? this.#sessions.open() : undefined;
    const settings = {
      client,
      token,
      plain: false,
      link: oneWay ? ONE_WAY : WEBSOCKET_LINK,
      session: wayBack?.id,
      request,
      source,
      heartbeatMs: this.#heartbeatMs,
    };
    const session = new ServerSession({ ...settings, version: 'simulated' }, this.#host.now());
    const hooks = {
      counts: new KindCounts(),
      tell: () => {},
      sinceMs: 0,
      presence: () =>
        presenceOf(session, { carriage: 'websocket', remote: '', sinceMs: 0 }, this.#host.now()),
      left: (reason: LeaveReason) => {
        this.#served.delete(pump);
        lease.release();
        if (wayBack !== undefined) this.#sessions.close(wayBack, reason);
      },
      lingers: () => {
        if (wayBack !== undefined) this.#sessions.linger(wayBack);
      },
    };
    const pump = new StreamPump(session, connection, this.#host, this.#memory, hooks);
    wayBack?.belongTo(pump);
    this.#served.set(pump, { pump, connection, sent: undefined, blocks: undefined });
    pump.start();
    if (oneWay) connection.keepAlive(this.#heartbeatMs / 2);
    newcomer.become(pump);
    lease.belongTo(pump);
  }
}
