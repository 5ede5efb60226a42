import type { AgentRecord, LostRecord } from '../run-file/record/agent-records.ts';
import type { CellName, CellRecord, Settings } from '../run-file/record/run-record.ts';

/** What a bench reports while it runs: the objects of `tidemark bench --json`, without the time stamp `at`. */
export type BenchEvent =
  | {
      readonly event: 'start';
      readonly settings: Settings;
      readonly out: string;
      /** Measurements to make, and how many of them an earlier process made. */
      readonly measurements: number;
      readonly done: number;
      readonly expected_ms: number;
    }
  | ({
      readonly event: 'measuring';
      readonly measurement: number;
      readonly expected_ms: number;
      readonly left_ms: number;
    } & CellName &
      Pick<CellRecord, 'repeat'>)
  /** The agents that run the clients were taken. */
  | { readonly event: 'agents'; readonly agents: readonly Omit<AgentRecord, 'record'>[] }
  /** An agent was lost, and the measurement is dealt again to those that are left. */
  | ({ readonly event: 'lost'; readonly left: number } & Omit<LostRecord, 'record'>)
  | ({ readonly event: 'measured' } & Omit<CellRecord, 'record' | 'client_msgs_per_s'>)
  | {
      readonly event: 'end';
      readonly complete: boolean;
      readonly measured: number;
      readonly duration_ms: number;
    };
