import type { Offset } from '../../measure/clock-offset.ts';
import { Child } from './child.ts';
import type { ClientAnswer, ClientOrder, ClientProcess } from './job.ts';

/** An agent that is gone, and how that was noticed. */
export interface AgentLoss {
  readonly agent: string;
  readonly reason: string;
}

/** Where the processes of clients come from. */
export interface ProcessSource {
  /** Resolves when they are ready. */
  start(): Promise<void>;
  /** Those that are there, in the order in which clients are dealt to them. */
  readonly processes: readonly ClientProcess[];
  /**
   * Makes ready for a measurement.
   *
   * @returns how long before its time an order is given, so that it comes in time everywhere; 0 where it is there at once
   * @throws AgentLostError if an agent is gone
   */
  prepare(): Promise<number>;
  /** How far the clock of an agent is from the bench's, as of the last `prepare`. */
  clockOf(agent: string): Offset;
  /** After an AgentLostError, has the others drop what they were measuring. @returns the agents that are gone since the last time */
  recover(): Promise<readonly AgentLoss[]>;
  end(): void;
}

const START_TIMEOUT_MS = 20_000;

/** Processes of this machine. */
export class ForkedProcesses implements ProcessSource {
  readonly processes: readonly LocalProcess[];

  constructor(count: number) {
    this.processes = Array.from({ length: count }, () => new LocalProcess());
  }

  async start(): Promise<void> {
    for (const process of this.processes)
      await process.answer('ready', START_TIMEOUT_MS, 'starting a process of clients');
  }

  prepare(): Promise<number> {
    return Promise.resolve(0);
  }

  clockOf(): Offset {
    return { offsetMs: 0, errorMs: 0 };
  }

  recover(): Promise<readonly AgentLoss[]> {
    return Promise.resolve([]);
  }

  end(): void {
    for (const process of this.processes) process.end();
  }
}

class LocalProcess extends Child<ClientOrder, ClientAnswer> implements ClientProcess {
  readonly agent: null = null;

  constructor() {
    super('client-process', 'client process');
  }
}
