import type { MeasuredMachine } from '../../run-file/record/measured-machine.ts';
import type { CellName, RunHeader } from '../../run-file/record/run-record.ts';
import type { Refused } from '../estimate/estimate.ts';

/**
 * What a run file shows, computed from it alone: the object that `tidemark report --format json` prints, that the page
 * draws, and by which two runs are compared. Durations are in milliseconds, rates per second.
 */
export interface Analysis {
  readonly analysis: 'tidemark.analysis.v1';
  /** The first line of the run file, as it is. */
  readonly run: RunHeader;
  /** Whether every planned cell was measured. */
  readonly complete: boolean;
  /** The number of cells in which something other than the server was the limit, and of those not fully proved. */
  readonly invalid: number;
  readonly unproved: number;
  /** The answer, in sentences with numbers and intervals. */
  readonly answer: readonly string[];
  readonly cells: readonly Cell[];
  /** Those that ran the clients; none if processes of the bench's machine did. */
  readonly agents: readonly RunAgent[];
  readonly models: Models;
  readonly timeline: Timeline;
  /** What the numbers can't show, in sentences. */
  readonly limits: readonly string[];
}

/** All repeats of one setting. */
export interface Cell extends CellName {
  readonly repeats: number;
  /**
   * False if in any of the repeats something other than the server was the limit, such as the tool itself; `reasons`
   * says what.
   */
  readonly valid: boolean;
  readonly reasons: readonly string[];
  readonly proved: boolean;
  /** False if the server gives no proof in any of the repeats. */
  readonly provable: boolean;
  /** Blocks measured: without warm-up, interrupted and partial ones. */
  readonly blocks: number;
  readonly messages: number;
  /** Last arrival - first arrival of a block. */
  readonly elapsed_ms: Quantity | null;
  /** The end of a block - the end of the block before it: the block time of the answer and the models. */
  readonly interval_ms: Quantity | null;
  /** Arrival of a block's last message - when it was due; null at `max`, where nothing is due at a time. */
  readonly latency_ms: Quantity | null;
  /** Arrival of a block's last message - when the server handed it to its socket. */
  readonly latency_from_send_ms: Quantity | null;
  /** Latencies are accurate to plus or minus this. */
  readonly clock_error_ms: number | null;
  /** All clients together: the mean of the repeats, and its 95 % interval; null with one repeat. */
  readonly msgs_per_s: number;
  readonly msgs_per_s_low: number | null;
  readonly msgs_per_s_high: number | null;
  /** Payload bytes. */
  readonly bytes_per_s: number;
  readonly fairness: Fairness;
  readonly resumes: number;
  readonly tool: ToolHealth;
  /** The same cell, each agent apart. */
  readonly agents: readonly CellAgent[];
  /** Quantiles of block time; beyond 99 % only where there are blocks in the tail. */
  readonly interval_quantiles: readonly QuantilePoint[];
}

/** A distribution over all blocks of a cell. */
export interface Quantity {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
  readonly mean: number;
  /** 95 % interval of p99; null if too few blocks are beyond it, or the data set no upper end. */
  readonly p99_low: number | null;
  readonly p99_high: number | null;
  /** 95 % interval of the mean. */
  readonly ci_low: number;
  readonly ci_high: number;
  /** What the interval rests on: repeats, or, with one repeat, stretches of blocks within it. */
  readonly ci_basis: 'repeats' | 'blocks';
}

/** A share `probability` of all blocks took at most `ms`. */
export interface QuantilePoint {
  readonly probability: number;
  readonly ms: number;
}

/** How evenly the clients of a cell were served, in messages a second per client. */
interface Fairness {
  /** Jain's index: 1 is even, 1 / clients is one client taking all. */
  readonly jain: number;
  readonly min_msgs_per_s: number;
  readonly max_msgs_per_s: number;
}

/** The worst second of any of the processes. */
export interface ToolHealth {
  /** Of one core. */
  readonly server_cpu_percent: number | null;
  readonly client_cpu_percent: number | null;
  readonly server_loop_lag_ms: number | null;
  readonly client_loop_lag_ms: number | null;
  readonly server_rss_bytes: number | null;
}

/** An agent's part of a cell, over the repeats that it had one in. */
export interface CellAgent {
  readonly agent: string;
  readonly repeats: number;
  /** The most that it ran at once. */
  readonly clients: number;
  /** Its clients together: the mean of the repeats. */
  readonly msgs_per_s: number;
  /** The worst second of any of its processes: of one core, and the event loop's delay. */
  readonly client_cpu_percent: number | null;
  readonly client_loop_lag_ms: number | null;
  /** Its clock − the bench's, before the last of the repeats, to plus or minus the error. */
  readonly clock_offset_ms: number;
  readonly clock_error_ms: number;
  /** Why its part is invalid. */
  readonly reasons: readonly string[];
}

/** An agent, over the whole run. */
export interface RunAgent {
  readonly agent: string;
  readonly machine: MeasuredMachine;
  readonly processes: number;
  /** In which it had a part, and in which that was invalid. */
  readonly measurements: number;
  readonly invalid: number;
  readonly client_cpu_percent: number | null;
  readonly client_loop_lag_ms: number | null;
  /** How far its clock was from the bench's, over all measurements; null if it had a part in none. */
  readonly clock_offset_low_ms: number | null;
  readonly clock_offset_high_ms: number | null;
  readonly clock_error_ms: number | null;
  /** When it was lost, from the start of the run; null if it was not. */
  readonly lost_at_s: number | null;
}

/** An agent was lost at that time, and the measurement that was being made was dropped. */
export interface AgentLost {
  readonly at_s: number;
  readonly agent: string;
  readonly reason: string;
}

export interface Models {
  /** Block time = fixed + per message · size, for each number of clients and pooled. */
  readonly block_time: readonly BlockTimeModel[];
  /** Throughput against clients, for each block size. */
  readonly scalability: readonly ScalabilityModel[];
}

export interface ReportedEstimate {
  readonly value: number;
  readonly low: number;
  /** null: the data set no bound. */
  readonly high: number | null;
}

export interface BlockTimeModel {
  readonly stream: string;
  readonly rate: number | 'max';
  /** null for all numbers of clients together. */
  readonly clients: number | null;
  readonly fit: BlockTimeFit | Refused;
}

export interface BlockTimeFit {
  readonly fixed_ms: ReportedEstimate;
  readonly per_message_ms: ReportedEstimate;
  /** Robust standard deviation of the residuals, as a share of the fitted values. */
  readonly relative_error: number;
  /** For each size that was measured. */
  readonly points: readonly {
    readonly block: number;
    readonly measured_ms: number;
    readonly fitted_ms: number;
  }[];
}

export interface ScalabilityModel {
  readonly stream: string;
  readonly rate: number | 'max';
  readonly block: number;
  readonly fit: ScalabilityFit | Refused;
  /** Where throughput stops rising in step with clients; null if it does not within the measured range. */
  readonly knee_clients: number | null;
}

export interface ScalabilityFit {
  /** Messages a second of one client alone. */
  readonly one_client_msgs_per_s: ReportedEstimate;
  readonly contention: ReportedEstimate;
  readonly coherence: ReportedEstimate;
  /** null if throughput has no peak according to the law, or none that can be located. */
  readonly peak_clients: ReportedEstimate | null;
  readonly peak_msgs_per_s: ReportedEstimate | null;
  readonly r_squared: number;
  readonly points: readonly {
    readonly clients: number;
    readonly measured_msgs_per_s: number;
    readonly fitted_msgs_per_s: number;
  }[];
}

/** The run second by second, from its start. */
export interface Timeline {
  readonly cells: readonly (CellName & {
    readonly repeat: number;
    readonly from_s: number;
    readonly to_s: number;
    readonly valid: boolean;
  })[];
  readonly seconds: readonly { readonly at_s: number; readonly msgs_per_s: number }[];
  /** From `at_s` on, a client was without its server for `outage_ms`. */
  readonly outages: readonly { readonly at_s: number; readonly outage_ms: number; readonly client: string }[];
  readonly losses: readonly AgentLost[];
}
