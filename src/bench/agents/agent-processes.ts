import { hostname } from 'node:os';
import type { Offset } from '../../measure/clock-offset.ts';
import { VERSION } from '../../version.ts';
import { settleWallClock } from '../process/bench-clock.ts';
import { AgentLostError, NotMeasuredError } from '../process/bench-error.ts';
import type { ClientProcess } from '../process/job.ts';
import type { AgentLoss, ProcessSource } from '../process/process-source.ts';
import { pause, until } from '../process/waiting.ts';
import { type AgentBus, jsonBytes, SUBJECTS } from './agent-bus.ts';
import { type Hello, parseHello, type Take } from './agent-messages.ts';
import { BEAT_MS, SILENT_BEATS } from './peer.ts';
import { randomId } from './random-id.ts';
import { RemoteAgent } from './remote-agent.ts';
import { RollCall } from './roll-call.ts';

export interface AgentProcessesSettings {
  readonly bus: AgentBus;
  readonly count: number;
  /** How long they have to come. */
  readonly timeoutMs: number;
  /** URL of the server that is measured, without secrets. */
  readonly url: string;
  readonly streams: Take['streams'];
  /** Says why an agent is not to be used, though it is free. */
  readonly unfit: (hello: Hello) => string | undefined;
  readonly signal: AbortSignal | undefined;
}

const CALL_AGAIN_MS = 500;
/** How much ahead of its time an order is sent, besides the longest way to an agent. */
const LEAD_MS = 250;
/** How long clients may take to leave a measurement that is given up. */
const LEAVE_TIMEOUT_MS = 30_000;
/** By then an agent that hears nothing has ended its clients, and so have the processes of one that is stopped. */
const GONE_MS = BEAT_MS * (SILENT_BEATS + 1);

/** The processes of agents on other machines. */
export class AgentProcesses implements ProcessSource {
  readonly #settings: AgentProcessesSettings;
  #agents: readonly RemoteAgent[] = [];
  /** Names of those whose loss was told. */
  readonly #told = new Set<string>();

  constructor(settings: AgentProcessesSettings) {
    this.#settings = settings;
  }

  /** Those that were taken, also if they are lost by now. */
  get agents(): readonly RemoteAgent[] {
    return this.#agents;
  }

  /** Dealt in turns: the first of each agent, then the second of each that has one. So an agent's share is that of its processes. */
  get processes(): readonly ClientProcess[] {
    const there = this.#agents.filter(({ lost }) => lost === undefined);
    const most = Math.max(0, ...there.map(({ processes }) => processes.length));
    return Array.from({ length: most }, (_, index) =>
      there.flatMap(({ processes }) => processes[index] ?? []),
    ).flat();
  }

  /** Takes as many agents as are wanted. @throws NotMeasuredError that says who came, if they don't in time */
  async start(): Promise<void> {
    const { bus, count, timeoutMs, unfit, signal } = this.#settings;
    settleWallClock();
    const bench = randomId();
    const roll = new RollCall(count, VERSION, unfit);
    const taken: RemoteAgent[] = [];
    const unsubscribe = bus.subscribe(SUBJECTS.hello(bench), (bytes) => {
      const hello = parseHello(bytes);
      if (hello !== undefined) roll.heard(hello);
    });
    const deadlineMs = performance.now() + timeoutMs;
    const asked = new Set<RemoteAgent>();
    try {
      while (taken.length < count) {
        if (signal?.aborted || performance.now() >= deadlineMs) break;
        bus.publish(SUBJECTS.call, jsonBytes({ bench }));
        await until(signal, pause(CALL_AGAIN_MS));
        for (const hello of roll.next()) {
          const agent = this.#take(hello);
          asked.add(agent);
          agent.prepared.then(
            () => taken.push(agent),
            () => roll.refused(hello, agent.lost ?? ''),
          );
        }
      }
      if (taken.length < count && !signal?.aborted) throw new NotMeasuredError(roll.sentence(timeoutMs));
      this.#agents = taken.toSorted((a, b) => (a.name < b.name ? -1 : 1));
    } finally {
      unsubscribe();
      for (const agent of asked) if (!this.#agents.includes(agent)) agent.release();
    }
  }

  async prepare(): Promise<number> {
    const there = this.#agents.filter(({ lost }) => lost === undefined);
    if (there.length === 0) throw new NotMeasuredError(`no agent is left: ${this.#losses().join('; ')}`);
    const gone = this.#agents.find(({ name, lost }) => lost !== undefined && !this.#told.has(name));
    if (gone !== undefined) throw new AgentLostError(`agent ${gone.name} was lost: ${gone.lost}`);
    await Promise.all(there.map((agent) => agent.compareClocks()));
    return LEAD_MS + 2 * Math.max(...there.map(({ clock }) => clock.errorMs));
  }

  clockOf(name: string): Offset {
    const agent = this.#agents.find((each) => each.name === name);
    if (agent === undefined) throw new Error(`there is no agent ${name}`);
    return agent.clock;
  }

  async recover(): Promise<readonly AgentLoss[]> {
    await Promise.all(this.#agents.map((agent) => agent.drop(LEAVE_TIMEOUT_MS)));
    const { signal } = this.#settings;
    // Clients of theirs that went on meanwhile would be part of what is measured next.
    if (this.processes.length > 0) await until(signal, pause(GONE_MS));
    const gone = this.#agents.filter(({ name, lost }) => lost !== undefined && !this.#told.has(name));
    return gone.map(({ name, lost = '' }) => {
      this.#told.add(name);
      return { agent: name, reason: lost };
    });
  }

  end(): void {
    for (const agent of this.#agents) agent.release();
  }

  #take(hello: Hello): RemoteAgent {
    const { bus, url, streams } = this.#settings;
    const by = `${hostname()}:${process.pid}`;
    return new RemoteAgent(bus, hello, { session: randomId(), by, tidemark: VERSION, url, streams });
  }

  #losses(): string[] {
    return this.#agents.map(({ name, lost }) => `${name} was lost: ${lost}`);
  }
}
