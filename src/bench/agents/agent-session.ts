import type { ForkedProcess, ForkedProcessHooks } from '../process/forked-process.ts';
import type { ClientAnswer, ClientJob, ClientOrder } from '../process/job.ts';
import type { Beat } from '../process/watchdog.ts';
import { type AgentBus, SUBJECTS } from './agent-bus.ts';
import { type FromAgent, parseToAgent, type Take, type ToAgent } from './agent-messages.ts';
import type { AllowedTargets } from './allowed-targets.ts';
import { Peer } from './peer.ts';

type Process = Pick<ForkedProcess<ClientOrder | Beat, ClientAnswer>, 'send' | 'end'>;

/** Starts a process of clients. */
export type StartProcess = (hooks: ForkedProcessHooks<ClientAnswer>) => Process;

/** What one agent did in a measurement. */
export interface ShareDone {
  readonly run: number;
  readonly clients: number;
  readonly messages: number;
}

export interface AgentSessionSettings {
  readonly bus: AgentBus;
  readonly take: Take;
  readonly processes: number;
  readonly targets: AllowedTargets;
  readonly start: StartProcess;
  /** The wall clock, in milliseconds since 1970. */
  readonly clock: () => number;
  readonly measured: (share: ShareDone) => void;
  /** Called once, when the session is over. */
  readonly over: (reason: string) => void;
}

/** What an agent does for the bench that took it: it hands orders to its processes, and their answers back. */
export class AgentSession {
  readonly #settings: AgentSessionSettings;
  readonly #peer: Peer<ToAgent, FromAgent>;
  readonly #processes: readonly Process[];
  /** Jobs whose results have not come, by their process. */
  readonly #jobs = new Map<number, ClientJob>();
  #done: ShareDone | undefined;
  #ready = 0;
  #open = true;

  constructor(settings: AgentSessionSettings) {
    this.#settings = settings;
    const { bus, take, processes, start } = settings;
    this.#peer = new Peer<ToAgent, FromAgent>({
      bus,
      to: SUBJECTS.toBench(take.session),
      from: SUBJECTS.toAgent(take.session),
      parse: parseToAgent,
      hooks: {
        message: (message) => this.#message(message),
        lost: (reason) => this.end(reason),
        beat: () => {
          for (const process of this.#processes) process.send({ type: 'beat' });
        },
      },
    });
    this.#processes = Array.from({ length: processes }, (_, index) =>
      start({
        answered: (answer) => this.#answered(index, answer),
        ended: (how) => this.end(`a process of clients ${how}`),
      }),
    );
  }

  get id(): string {
    return this.#settings.take.session;
  }

  get by(): string {
    return this.#settings.take.by;
  }

  /** Ends the processes, and tells the bench. */
  end(reason: string): void {
    if (!this.#open) return;
    this.#open = false;
    this.#peer.send({ type: 'ended', reason });
    this.#peer.close();
    for (const process of this.#processes) process.end();
    this.#settings.over(reason);
  }

  #message(message: ToAgent): void {
    switch (message.type) {
      case 'release':
        return this.end('the bench is done');
      case 'probe':
        return this.#peer.send({ type: 'probed', probe: message.probe, agentMs: this.#settings.clock() });
      case 'order':
        return this.#order(message.process, message.order);
    }
  }

  #order(index: number, order: ClientOrder): void {
    const process = this.#processes[index];
    if (process === undefined) return this.end(`there is no process ${index}`);
    if (order.type === 'begin') {
      // Here it is enforced: what a bench said when it took the agent binds nobody.
      const refusal = this.#settings.targets.refusal(order.job.url);
      if (refusal !== undefined) return this.end(refusal);
      this.#jobs.set(index, order.job);
    }
    process.send(order);
  }

  #answered(index: number, answer: ClientAnswer): void {
    if (answer.type === 'ready') {
      if (++this.#ready === this.#processes.length) this.#peer.send({ type: 'prepared' });
      return;
    }
    this.#peer.send({ type: 'answer', process: index, answer });
    const job = this.#jobs.get(index);
    if (answer.type !== 'result' || job === undefined) return;
    this.#jobs.delete(index);
    const { clients = 0, messages = 0 } = this.#done ?? {};
    const came = answer.result.clients.reduce((sum, each) => sum + each.messages, 0);
    this.#done = { run: job.run, clients: clients + job.clients.length, messages: messages + came };
    if (this.#jobs.size > 0) return;
    this.#settings.measured(this.#done);
    this.#done = undefined;
  }
}
