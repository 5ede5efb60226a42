import type { LostRecord } from '../run-file/record/agent-records.ts';
import type { RunFileRecord } from '../run-file/record/run-record.ts';
import type { AgentProcesses } from './agents/agent-processes.ts';
import type { BenchEvent } from './bench-event.ts';
import type { MeasuringProcesses } from './measuring-processes.ts';
import type { PlannedRun } from './plan.ts';
import { wallMs } from './process/bench-clock.ts';

export interface DealerSettings {
  readonly writer: { write(records: readonly RunFileRecord[]): void };
  readonly startedMs: number;
  readonly tell: (event: BenchEvent) => void;
}

/** Deals a measurement to the processes, and again to those that are left where an agent was lost in it. */
export class Dealer {
  readonly #processes: MeasuringProcesses;
  readonly #agents: AgentProcesses | undefined;
  readonly #settings: DealerSettings;
  /** What says who the agents are, until the run file holds it. */
  #unwritten: RunFileRecord[];

  /** @param processes that have started */
  constructor(processes: MeasuringProcesses, agents: AgentProcesses | undefined, settings: DealerSettings) {
    this.#processes = processes;
    this.#agents = agents;
    this.#settings = settings;
    const taken = (agents?.agents ?? []).map(({ name, machine, processes: { length } }) => ({
      agent: name,
      machine,
      processes: length,
    }));
    this.#unwritten = taken.map((each) => ({ record: 'agent', ...each }));
    if (agents !== undefined) settings.tell({ event: 'agents', agents: taken });
  }

  /** @returns the records of a measurement that was made whole; undefined if the user ended it */
  async measure(planned: PlannedRun): Promise<RunFileRecord[] | undefined> {
    for (let attempt = 1; ; attempt++) {
      const measured = await this.#processes.measure(planned, attempt);
      if (measured === undefined) return undefined;
      if ('records' in measured) return measured.records;
      const at_ms = wallMs() - this.#settings.startedMs;
      const losses = measured.lost.map(
        ({ agent, reason }): LostRecord => ({
          record: 'lost',
          run: planned.run,
          agent,
          attempt,
          at_ms,
          reason,
        }),
      );
      this.#settings.writer.write([...this.announced(), ...losses]);
      const left = (this.#agents?.agents ?? []).filter(({ lost }) => lost === undefined).length;
      for (const { record: _, ...loss } of losses) this.#settings.tell({ event: 'lost', left, ...loss });
    }
  }

  /** What has to be in the run file before anything that an agent did; once. */
  announced(): RunFileRecord[] {
    const records = this.#unwritten;
    this.#unwritten = [];
    return records;
  }
}
