import { type AddressInfo, createServer, type Server as NetServer, type Socket } from 'node:net';
import { systemHost } from '../host/host.ts';
import { ConnectionLimits } from '../server/clients/connection-limits.ts';
import { Counts } from '../server/clients/counts.ts';
import { Occupants } from '../server/clients/occupants.ts';
import { Departures } from '../server/clients/presence.ts';
import type { Rooms } from '../server/clients/rooms.ts';
import { Sessions } from '../server/clients/sessions.ts';
import { ALONE, type Answered, type Cluster, type Member } from '../server/cluster/cluster.ts';
import type { Measured } from '../server/cluster/measured.ts';
import type { AnswerTo, Question } from '../server/cluster/question.ts';
import { Respondent } from '../server/cluster/respondent.ts';
import { BACKLOG } from '../server/listener.ts';
import { Pulse } from '../server/live/pulse.ts';
import { ACCESS_LIMITS } from '../server/options/access-limits.ts';
import { BasePath } from '../server/options/base-path.ts';
import {
  resolveServeOptions,
  type ServeOptions,
  type ServeSettings,
} from '../server/options/serve-options.ts';
import type { ServerEvent } from '../server/options/server-event.ts';
import { hostOf, serverUrl } from '../server/options/server-url.ts';
import { checkNextTlsPair, type TlsPair } from '../server/options/tls-pair.ts';
import { CLOSE_TIMEOUT_MS, Server } from '../server/server.ts';
import type { TidemarkServer } from '../server/tidemark-server.ts';
import { UsageError } from '../wording/usage-error.ts';
import { CrewMember } from './crew-member.ts';
import { LostTotals } from './lost-totals.ts';
import type { ToPrimary, WorkerTask } from './message.ts';
import { Restarts } from './restarts.ts';
import { SocketDealer } from './socket-dealer.ts';
import type { WorkerProcess } from './worker-process.ts';

/** How a primary gets its workers. */
export interface Hiring {
  /** Starts a process. */
  readonly start: () => WorkerProcess;
  /** Those that serve the same clients on other machines. @default nobody */
  readonly outer?: Cluster;
  readonly restarts?: () => Restarts;
}

/** How much longer than its clients a worker that closes may take. */
const CLOSING_GRACE_MS = 2000;
/** The primary's own number: it serves nobody, and answers for workers that are gone. */
const PRIMARY_WORKER = 0;

/**
 * Serves by several processes: it listens, passes each socket to a worker, and has what they share, the names, the places and the
 * events. No message, and no receipt, is handled here.
 */
export class Primary implements TidemarkServer {
  readonly #options: ServeOptions;
  readonly #settings: ServeSettings;
  readonly #count: number;
  readonly #start: () => WorkerProcess;
  readonly #restart: () => Restarts;
  readonly #outer: Cluster;
  readonly #rooms: Rooms;
  readonly #self: Member;
  readonly #server: NetServer;
  readonly #dealer: SocketDealer<Socket>;
  readonly #crew = new Map<number, CrewMember>();
  readonly #restarts = new Map<number, Restarts>();
  readonly #pulse: Pulse;
  readonly #respondent: Respondent;
  readonly #lostTotals = new LostTotals();
  readonly #retries = new Set<NodeJS.Timeout>();
  #tls: TlsPair | undefined;
  #held = false;
  #listens = false;
  #closing: Promise<void> | undefined;
  #allGone: (() => void) | undefined;
  #started: { readonly resolve: () => void; readonly reject: (error: Error) => void } | undefined;
  readonly #ready = new Set<number>();

  /** @throws UsageError for an option that is out of bounds */
  constructor(options: ServeOptions, count: number, hiring: Hiring) {
    const { start, outer = ALONE, restarts = () => new Restarts() } = hiring;
    new Server(options, ALONE); // whatever it refuses would be refused by each worker
    this.#settings = resolveServeOptions(options);
    const { maxClients, maxClientsPerAddress, chaos, tls } = this.#settings;
    if (chaos !== '') {
      throw new UsageError('conflicting_option', 'chaos', (nameOf) => {
        return `${nameOf('chaos')} numbers the connections of one process: it goes with ${nameOf('workers')} 1 alone`;
      });
    }
    this.#options = options;
    this.#count = count;
    this.#start = start;
    this.#restart = restarts;
    this.#outer = outer;
    this.#tls = tls;
    this.#rooms = outer.roomsWith(new ConnectionLimits(maxClients, maxClientsPerAddress));
    this.#self = this.#memberOf(PRIMARY_WORKER);
    const departures = new Departures();
    const counts = new Counts();
    const receipts = () => this.#lostTotals.receipts;
    const clients = () => 0;
    this.#pulse = new Pulse(
      {
        ...{ departures, clients, aligned: true },
        counts: {
          takeStreams: () => [],
          get receipts() {
            return receipts();
          },
        },
      },
      systemHost,
    );
    this.#respondent = new Respondent({
      ...{ counts, departures, clients, occupants: new Occupants(), pulse: this.#pulse },
      cache: () => ({ hits: 0, misses: 0, sizeBytes: 0 }),
      ...{ sessions: new Sessions(), id: this.#self.id },
    });
    this.#dealer = new SocketDealer(ACCESS_LIMITS.spareSockets, (socket) => socket.destroy());
    this.#server = createServer({ pauseOnConnect: true, allowHalfOpen: true, noDelay: true }, (socket) => {
      socket.on('error', () => {}); // peers vanish
      this.#dealer.deal(socket);
    });
  }

  /** @returns once all workers serve; rejects with the system's error if the port can't be had */
  async listen(): Promise<void> {
    const { host, port } = this.#settings;
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ port, host, backlog: BACKLOG }, () => {
        this.#server.off('error', reject);
        resolve();
      });
    });
    try {
      await new Promise<void>((resolve, reject) => {
        this.#started = { resolve, reject };
        for (let number = 1; number <= this.#count; number++) this.#hire(number);
      });
    } catch (error) {
      await this.close();
      throw error;
    }
    this.#started = undefined;
    this.#listens = true;
    this.#pulse.start();
    this.#tell({ event: 'listening', url: this.url });
  }

  get url(): string {
    const { basePath, tls } = this.#settings;
    const host = hostOf(this.#server.address() as AddressInfo);
    return serverUrl(host, tls !== undefined, new BasePath(basePath));
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get clients(): number {
    return [...this.#crew.values()].reduce((sum, { book }) => sum + book.size, 0);
  }

  holdInput(held: boolean): void {
    this.#held = held;
    for (const worker of this.#crew.values()) worker.tell({ type: 'hold', held });
  }

  setTls(pair: TlsPair): void {
    checkNextTlsPair(this.#tls !== undefined, pair);
    this.#tls = pair;
    for (const worker of this.#crew.values()) worker.tell({ type: 'tls', pair });
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #close(): Promise<void> {
    for (const retry of this.#retries) clearTimeout(retry);
    const allGone = new Promise<void>((resolve) => {
      this.#allGone = resolve;
    });
    for (const worker of this.#crew.values()) worker.tell({ type: 'close' });
    const timer = setTimeout(() => {
      for (const worker of this.#crew.values()) worker.kill();
    }, CLOSE_TIMEOUT_MS + CLOSING_GRACE_MS);
    if (this.#crew.size > 0) await allGone;
    clearTimeout(timer);
    this.#dealer.close();
    this.#server.close();
    this.#pulse.stop();
    if (this.#listens) this.#tell({ event: 'stopped' });
  }

  /** Starts the worker with this number, for the first time or in place of one that died. */
  #hire(number: number): void {
    const task = this.#taskOf(number);
    let process: WorkerProcess;
    try {
      process = this.#start();
    } catch (error) {
      if (this.#started === undefined) throw error;
      return this.#started.reject(error as Error);
    }
    const worker = new CrewMember(task, process, {
      rooms: this.#rooms,
      nowMs: systemHost.now().monotonicMs,
      hooks: {
        ready: (ready) => this.#readied(ready),
        failed: (by, reason) => this.#failed(by, reason),
        event: (from, event) => this.#passOn(from, event),
        took: (by) => this.#dealer.took(by),
        lost: (by) => this.#dealer.lost(by),
        ask: (by, asked) => void this.#ask(by, asked),
        ended: (ended, how) => this.#ended(ended, how),
      },
    });
    this.#crew.set(number, worker);
  }

  #taskOf(number: number): WorkerTask {
    const { onEvent: _, workers: __, ...options } = this.#options;
    const { encoders } = this.#settings;
    // The encoders of all workers together are as many as those of one process would be.
    const share = Math.floor(encoders / this.#count) + (number <= encoders % this.#count ? 1 : 0);
    return {
      member: this.#memberOf(number),
      options: { ...options, encoders: share, ...(this.#tls === undefined ? {} : { tls: this.#tls }) },
      url: this.url,
      held: this.#held,
    };
  }

  #memberOf(worker: number): Member {
    const { id, node } = this.#outer.self;
    return {
      id: id === '' ? String(worker) : `${id}.${worker}`,
      ...(node === undefined ? {} : { node }),
      worker,
    };
  }

  #readied(worker: CrewMember): void {
    this.#dealer.open(worker);
    this.#ready.add(worker.number);
    this.#tellOf(worker, 'started', 'it serves');
    if (this.#ready.size === this.#count) this.#started?.resolve();
  }

  /** What its options are not to blame for may pass: one that is replaced is replaced again, unless it is the first. */
  #failed(worker: CrewMember, reason: string): void {
    if (this.#started === undefined) return worker.kill();
    this.#started.reject(new Error(`worker ${worker.number} can't serve: ${reason}`));
  }

  #passOn(worker: CrewMember, event: ServerEvent): void {
    if (event.event === 'stopped') return; // the server has when all have
    worker.book.note(event);
    const counted = event.event === 'join' || event.event === 'leave';
    this.#options.onEvent?.(counted ? { ...event, clients: this.clients } : event);
  }

  #ended(worker: CrewMember, how: string): void {
    const { number } = worker;
    this.#dealer.shut(worker);
    this.#crew.delete(number);
    this.#lostTotals.lose(worker.book);
    const leaves = worker.book.leaves();
    const closing = this.#closing !== undefined;
    if (!closing) this.#tellOf(worker, 'lost', how);
    for (const [index, leave] of leaves.entries()) {
      this.#tell({ ...leave, clients: this.clients + leaves.length - index - 1 });
    }
    if (closing) {
      if (this.#crew.size === 0) this.#allGone?.();
      return;
    }
    const restarts = this.#restarts.get(number) ?? this.#restart();
    this.#restarts.set(number, restarts);
    const delayMs = restarts.afterDeath(systemHost.now().monotonicMs - worker.startedMs);
    if (delayMs === undefined) return this.#giveUp(worker, how);
    const retry = setTimeout(() => {
      this.#retries.delete(retry);
      this.#hire(number);
    }, delayMs);
    this.#retries.add(retry);
  }

  #giveUp(worker: CrewMember, how: string): void {
    const text = `it died again and again: ${how}`;
    if (this.#started !== undefined)
      return this.#started.reject(new Error(`worker ${worker.number}: ${text}`));
    this.#tellOf(worker, 'given up', text);
    void this.close();
  }

  #tellOf({ number, pid, book }: CrewMember, state: 'started' | 'lost' | 'given up', text: string): void {
    this.#tell({ event: 'worker', state, worker: number, pid, clients: book.size, text });
  }

  #tell(event: ServerEvent): void {
    this.#pulse.note(event);
    this.#options.onEvent?.(event);
  }

  async #ask(by: CrewMember, { id, question, of }: Extract<ToPrimary, { type: 'ask' }>): Promise<void> {
    const others = [...this.#crew.values()].filter((worker) => {
      // What a worker counted must be known if it dies, so the one that asks is asked, too.
      if (worker === by) return question.ask === 'measured';
      return !('member' in of) || of.member === worker.member.id;
    });
    const elsewhere = this.#askElsewhere(question, of);
    const told = await Promise.all(
      others.map(async (worker) => ({ worker, answer: await worker.ask(question) })),
    );
    for (const { worker, answer } of told) {
      if (question.ask === 'measured' && answer !== undefined) {
        this.#lostTotals.said(worker.book, (answer as Measured).totals);
      }
    }
    const ofOthers = told.filter(({ worker }) => worker !== by);
    const { answers, missing } = await elsewhere;
    by.tell({
      ...{ type: 'answers', id },
      answers: [
        ...ofOthers.flatMap(({ worker: { member }, answer }) =>
          answer === undefined ? [] : { member, answer },
        ),
        ...answers,
      ],
      missing: [
        ...ofOthers.flatMap(({ worker, answer }) => (answer === undefined ? worker.member.id : [])),
        ...missing,
      ],
    });
  }

  /** What those say that are no workers of this machine: the primary for the workers that are gone, and other nodes. */
  async #askElsewhere(
    question: Question,
    of: Extract<ToPrimary, { type: 'ask' }>['of'],
  ): Promise<{ answers: readonly Answered<Question>[]; missing: readonly string[] }> {
    if ('member' in of) {
      const isHere = [...this.#crew.values()].some(({ member }) => member.id === of.member);
      const answer = isHere ? undefined : await this.#outer.askOne(of.member, question);
      return { answers: answer === undefined ? [] : [{ member: { id: of.member }, answer }], missing: [] };
    }
    const own: Answered<Question> = { member: this.#self, answer: await this.#answer(question) };
    const { answers, missing } =
      of.reach === 'cluster' ? await this.#outer.ask(question, of.reach) : { answers: [], missing: [] };
    return { answers: [own, ...answers], missing };
  }

  async #answer(question: Question): Promise<AnswerTo<Question>> {
    const answer = await this.#respondent.respond(question);
    if (question.ask !== 'measured') return answer;
    const { process, totals } = answer as Measured;
    return { process, totals: this.#lostTotals.totals(totals) };
  }
}
