import { openStream } from '../../stream/stream.ts';
import { VERSION } from '../../version.ts';
import { redactedUrl } from '../../wording/secrets.ts';
import { settleWallClock, wallMs } from '../process/bench-clock.ts';
import { ForkedProcess } from '../process/forked-process.ts';
import { thisMachine } from '../process/this-machine.ts';
import { type AgentBus, jsonBytes, SUBJECTS } from './agent-bus.ts';
import { type Call, type FromAgent, parseCall, parseTake, type Take } from './agent-messages.ts';
import { AgentSession, type ShareDone, type StartProcess } from './agent-session.ts';
import type { AllowedTargets } from './allowed-targets.ts';
import { PacketWriter } from './packets.ts';
import { SILENT_BEATS } from './peer.ts';
import { randomId } from './random-id.ts';

/** What an agent reports: the objects of `tidemark agent --json`, without the time stamp `at`. */
export type AgentEvent =
  | { readonly event: 'waiting'; readonly name: string; readonly processes: number }
  | { readonly event: 'taken'; readonly bench: string; readonly url: string }
  | { readonly event: 'refused'; readonly bench: string; readonly reason: string }
  | ({ readonly event: 'measured'; readonly bench: string } & ShareDone)
  | { readonly event: 'released'; readonly bench: string; readonly reason: string };

export interface AgentSettings {
  readonly bus: AgentBus;
  /** What benches call it. */
  readonly name: string;
  /** Processes that it runs clients in. */
  readonly processes: number;
  readonly targets: AllowedTargets;
  readonly tell: (event: AgentEvent) => void;
  /** @default forks */
  readonly start?: StartProcess;
  /** @default the wall clock of this machine */
  readonly clock?: () => number;
  readonly tidemark?: string;
}

/** Runs clients for one bench at a time: waits to be taken, does as it is told, and waits again, whatever becomes of the bench. */
export class Agent {
  readonly #settings: AgentSettings;
  readonly #id: string = randomId();
  readonly #unsubscribe: readonly (() => void)[];
  #session: AgentSession | undefined;

  constructor(settings: AgentSettings) {
    this.#settings = settings;
    const { bus } = settings;
    settleWallClock();
    this.#unsubscribe = [
      bus.subscribe(SUBJECTS.call, (bytes) => this.#called(parseCall(bytes))),
      bus.subscribe(SUBJECTS.take(this.#id), (bytes) => this.#taken(parseTake(bytes))),
    ];
    this.#wait();
  }

  /** Ends, and with it what it does for a bench. */
  end(): void {
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    this.#session?.end('it was told to end');
  }

  #wait(): void {
    const { name, processes, tell } = this.#settings;
    tell({ event: 'waiting', name, processes });
  }

  #called(call: Call | undefined): void {
    if (call === undefined) return;
    const { bus, name, processes, tidemark = VERSION } = this.#settings;
    const takenBy = this.#session?.by ?? null;
    const hello = { agent: this.#id, name, tidemark, machine: thisMachine(), processes, takenBy };
    bus.publish(SUBJECTS.hello(call.bench), jsonBytes(hello));
  }

  #taken(take: Take | undefined): void {
    if (take === undefined || take.session === this.#session?.id) return; // a bench takes until it is answered
    const { bus, processes, targets, tell } = this.#settings;
    const bench = take.by;
    const reason = this.#refusal(take);
    if (reason !== undefined) {
      const refused: FromAgent = { type: 'refused', reason };
      for (const packet of new PacketWriter(bus.mostBytes).packets(refused))
        bus.publish(SUBJECTS.toBench(take.session), packet);
      return tell({ event: 'refused', bench, reason });
    }
    tell({ event: 'taken', bench, url: redactedUrl(take.url) });
    this.#session = new AgentSession({
      ...{ bus, take, processes, targets },
      start: this.#settings.start ?? fork,
      clock: this.#settings.clock ?? wallMs,
      measured: (share) => tell({ event: 'measured', bench, ...share }),
      over: (told) => {
        this.#session = undefined;
        tell({ event: 'released', bench, reason: told });
        this.#wait();
      },
    });
  }

  #refusal({ tidemark, url, streams }: Take): string | undefined {
    const own = this.#settings.tidemark ?? VERSION;
    if (this.#session !== undefined) return `it is taken by ${this.#session.by}`;
    if (tidemark !== own) return `it is tidemark ${own}, the bench is ${tidemark}`;
    const other = streams.find(({ name, id }) => idOf(name) !== id);
    if (other !== undefined)
      return `it makes another ${other.name}: its id is ${idOf(other.name) ?? 'none'}, the bench's ${other.id}`;
    return this.#settings.targets.refusal(url);
  }
}

/** undefined for what it knows no stream of. */
function idOf(name: string): string | undefined {
  try {
    return openStream(name).id;
  } catch {
    return undefined;
  }
}

const fork: StartProcess = (hooks) => new ForkedProcess('client-process', [String(SILENT_BEATS)], hooks);
