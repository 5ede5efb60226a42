import { ClockOffset, type Offset } from '../../measure/clock-offset.ts';
import type { MeasuredMachine } from '../../run-file/record/measured-machine.ts';
import { AnswerQueue } from '../process/answer-queue.ts';
import { wallMs } from '../process/bench-clock.ts';
import { AgentLostError } from '../process/bench-error.ts';
import type { ClientAnswer, ClientJob, ClientOrder, ClientProcess } from '../process/job.ts';
import { type AgentBus, jsonBytes, SUBJECTS } from './agent-bus.ts';
import { type FromAgent, type Hello, parseFromAgent, type Take, type ToAgent } from './agent-messages.ts';
import { Deferred } from './deferred.ts';
import { Peer } from './peer.ts';

/** So many exchanges compare the clocks: the fastest of them say most. */
const PROBES = 12;

/** An agent that was taken, as its bench sees it. */
export class RemoteAgent {
  readonly name: string;
  readonly machine: MeasuredMachine;
  readonly processes: readonly RemoteProcess[];
  /** Resolves when its processes are ready. @throws AgentLostError if it refuses, or does not answer */
  readonly prepared: Promise<void>;
  clock: Offset = { offsetMs: 0, errorMs: 0 };
  readonly #peer: Peer<FromAgent, ToAgent>;
  readonly #preparing = new Deferred<void>();
  #probed: Deferred<number> | undefined;
  /** The last one that was sent, from 1. */
  #probe = 0;
  #answered = false;
  #lost: string | undefined;

  constructor(bus: AgentBus, { agent, name, machine, processes }: Hello, take: Take) {
    this.name = name;
    this.machine = machine;
    this.prepared = this.#preparing.promise;
    const ask = () => bus.publish(SUBJECTS.take(agent), jsonBytes(take));
    this.#peer = new Peer<FromAgent, ToAgent>({
      bus,
      to: SUBJECTS.toAgent(take.session),
      from: SUBJECTS.toBench(take.session),
      parse: parseFromAgent,
      hooks: {
        message: (message) => this.#message(message),
        lost: (reason) => this.#lose(reason),
        beat: () => {
          if (!this.#answered) ask();
        },
      },
    });
    this.processes = Array.from({ length: processes }, (_, index) => new RemoteProcess(this, index));
    ask();
  }

  /** Why it is gone; undefined while it is there. */
  get lost(): string | undefined {
    return this.#lost;
  }

  send(process: number, order: ClientOrder): void {
    this.#peer.send({ type: 'order', process, order });
  }

  /** Compares its clock with the bench's. @throws AgentLostError */
  async compareClocks(): Promise<void> {
    const clocks = new ClockOffset();
    for (let sent = 0; sent < PROBES; sent++) {
      if (this.#lost !== undefined) throw this.#failure();
      this.#probed = new Deferred();
      const sentMs = wallMs();
      this.#peer.send({ type: 'probe', probe: ++this.#probe });
      const agentMs = await this.#probed.promise;
      clocks.add({ t1Ms: sentMs, t2Ms: agentMs, t3Ms: agentMs, t4Ms: wallMs() });
    }
    this.clock = clocks.at(wallMs()) ?? this.clock;
  }

  /** Has its clients leave, and drops what they measured. An agent that can't is lost. */
  async drop(timeoutMs: number): Promise<void> {
    const settled = await Promise.all(this.processes.map((process) => process.drop(timeoutMs)));
    if (settled.includes(false)) this.#lose('its clients did not leave');
  }

  release(): void {
    this.#peer.send({ type: 'release' });
    this.#peer.close();
  }

  #message(message: FromAgent): void {
    this.#answered = true;
    switch (message.type) {
      case 'prepared':
        return this.#preparing.resolve();
      case 'refused':
      case 'ended':
        return this.#lose(message.reason);
      case 'probed':
        if (message.probe === this.#probe) this.#probed?.resolve(message.agentMs);
        return;
      case 'answer':
        if (this.processes[message.process]?.take(message.answer) !== true)
          this.#lose('it answered for other clients');
    }
  }

  #lose(reason: string): void {
    if (this.#lost !== undefined) return;
    this.#lost = reason;
    this.release();
    const failure = this.#failure();
    this.#preparing.reject(failure);
    this.#probed?.reject(failure);
    for (const process of this.processes) process.fail(failure);
  }

  #failure(): AgentLostError {
    return new AgentLostError(`agent ${this.name} was lost: ${this.#lost}`);
  }
}

/** A process of clients of an agent. */
class RemoteProcess implements ClientProcess {
  readonly #agent: RemoteAgent;
  readonly #index: number;
  readonly #answers: AnswerQueue<ClientAnswer> = new AnswerQueue<ClientAnswer>();
  #job: ClientJob | undefined;

  constructor(agent: RemoteAgent, index: number) {
    this.#agent = agent;
    this.#index = index;
  }

  get agent(): string {
    return this.#agent.name;
  }

  send(order: ClientOrder): void {
    if (order.type !== 'begin') return this.#agent.send(this.#index, order);
    this.#answers.opened();
    // By its own clock, so that every time that it tells is the bench's.
    this.#job = order.job;
    const startedMs = order.job.startedMs + this.#agent.clock.offsetMs;
    this.#agent.send(this.#index, { type: 'begin', job: { ...order.job, startedMs } });
  }

  answer<Type extends ClientAnswer['type']>(
    type: Type,
    timeoutMs: number,
    doing: string,
  ): Promise<ClientAnswer & { readonly type: Type }> {
    return this.#answers.wait(type, timeoutMs, `${doing} from agent ${this.#agent.name}`);
  }

  /** @returns false for the result of other clients than it was given */
  take(answer: ClientAnswer): boolean {
    const given = this.#job?.clients;
    if (answer.type === 'result') {
      const { clients } = answer.result;
      if (clients.length !== given?.length || clients.some(({ client }) => !given.includes(client)))
        return false;
    }
    this.#answers.take(answer);
    return true;
  }

  fail(failure: Error): void {
    this.#answers.fail(failure);
  }

  async drop(timeoutMs: number): Promise<boolean> {
    if (this.#answers.isOpen) this.#agent.send(this.#index, { type: 'stop', atMs: null });
    return this.#answers.settled(timeoutMs);
  }
}
