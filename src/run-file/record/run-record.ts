/** The lines of a run file: NDJSON, the header first. The artefact of a bench: every report is computed from it alone. */

export type RunRecord =
  | RunHeader
  | CellRecord
  | BlocksRecord
  | HistogramRecord
  | SampleRecord
  | OutageRecord
  | EndRecord;

/** The first line. */
export interface RunHeader {
  readonly record: 'run';
  readonly format: 'tidemark.run.v1';
  /** ISO 8601, UTC. */
  readonly started_at: string;
  /** Version of the package that wrote it. */
  readonly tidemark: string;
  /** Commit of the source tree that it ran from; null from an installed package. */
  readonly commit: string | null;
  readonly title: string | null;
  readonly tags: Readonly<Record<string, string>>;
  /** How to run it again. */
  readonly command: string;
  readonly machine: Machine;
  readonly settings: Settings;
}

export interface Machine {
  readonly node: string;
  readonly os: string;
  readonly architecture: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memory_bytes: number;
}

export interface Settings {
  /** Of the server that was measured; null if the bench started one of its own. */
  readonly url: string | null;
  /** Whether the URL was dialled as it is, for a server that is not Tidemark's: it sends what it likes, and proves nothing. */
  readonly plain: boolean;
  readonly blocks: readonly number[];
  readonly clients: readonly number[];
  /** Canonical names; of a plain server its path and query. */
  readonly streams: readonly string[];
  readonly stream_ids: readonly string[];
  readonly rates: readonly (number | 'max')[];
  readonly repeat: number;
  /** How long each cell is measured; null if `count` says when it ends. */
  readonly duration_ms: number | null;
  /** Messages of each client in a cell; null if `duration_ms` says when it ends. */
  readonly count: number | null;
  /** Blocks of warm-up that each client leaves out. */
  readonly omit: number;
  /** Of the order of the cells. */
  readonly seed: number;
  /** Processes that the clients were spread over. */
  readonly client_processes: number;
  /** Whether a progress line was drawn while it ran. */
  readonly live_progress: boolean;
}

/** Which measurement a record belongs to, one repeat of one cell: its place in the order of all, from 0. */
interface CellKey {
  readonly run: number;
}

/** One repeat of one cell is over. */
export interface CellRecord extends CellKey {
  readonly record: 'cell';
  readonly block: number;
  readonly clients: number;
  readonly stream: string;
  readonly rate: number | 'max';
  /** From 1. */
  readonly repeat: number;
  /** Milliseconds since the start of the run. */
  readonly from_ms: number;
  readonly to_ms: number;
  readonly valid: boolean;
  readonly reasons: readonly string[];
  /** All that came was found right by the server, and nothing is missing. */
  readonly proved: boolean;
  /** Whether the server gives proof at all. Where it gives none nothing is proved, whatever came. */
  readonly provable: boolean;
  /** Warm-up and all. */
  readonly messages: number;
  readonly lost: number;
  readonly repeated: number;
  readonly reordered: number;
  readonly corrupt: number;
  readonly resumes: number;
  /** Blocks measured, without warm-up, interrupted and partial ones; and their messages and payload bytes. */
  readonly measured_blocks: number;
  readonly measured_messages: number;
  readonly measured_bytes: number;
  /** For each client, its messages a second while it was measured. */
  readonly client_msgs_per_s: readonly number[];
  /** Of all clients together. */
  readonly msgs_per_s: number;
  readonly bytes_per_s: number;
  /** The largest bound on the error of any client's clock offset; null if none was measured. */
  readonly clock_error_ms: number | null;
  /** What the server said of it: messages sent, blocks verified; null of a server that is not our own. */
  readonly server_messages: number | null;
  readonly server_blocks: number | null;
}

/** Blocks of a repeat, in columns, in the order in which they ended: all of them, or a uniform sample. */
export interface BlocksRecord extends CellKey {
  readonly record: 'blocks';
  /** How many blocks the sample was taken from; equal to the length of the columns if all are here. */
  readonly of: number;
  /** From 1. */
  readonly client: readonly number[];
  readonly block: readonly number[];
  readonly elapsed_ms: readonly number[];
  readonly interval_ms: readonly number[];
  /** null at `max`, or where the clocks had not been compared yet. */
  readonly latency_ms: readonly (number | null)[];
  readonly latency_from_send_ms: readonly (number | null)[];
}

/**
 * All blocks of a repeat that has too many for `blocks`: an HdrHistogram, V2, deflated, in base64, in microseconds. Its
 * values are right to 0.1 %. What is below 0, as a latency may be by the error of the clocks, counts as 0.
 */
export interface HistogramRecord extends CellKey {
  readonly record: 'histogram';
  readonly quantity: 'elapsed' | 'interval' | 'latency' | 'latency_from_send';
  readonly count: number;
  /** Not rounded by the histogram. */
  readonly mean_ms: number;
  readonly hdr_base64: string;
}

/** One second of one process. */
export interface SampleRecord extends CellKey {
  readonly record: 'sample';
  readonly role: 'server' | 'client';
  readonly pid: number;
  /** End of the second, in milliseconds since the start of the run. */
  readonly at_ms: number;
  /** Of one core. */
  readonly cpu_percent: number;
  readonly loop_lag_p99_ms: number;
  readonly loop_lag_max_ms: number;
  readonly gc_ms: number;
  readonly rss_bytes: number;
  /** Messages that came, counted when their block ends, a second; null of a server. */
  readonly messages: number | null;
}

/** A client lost its server and came back. */
export interface OutageRecord extends CellKey {
  readonly record: 'outage';
  /** From 1. */
  readonly client: number;
  /** When it came back, in milliseconds since the start of the run. */
  readonly at_ms: number;
  readonly outage_ms: number;
}

/** The last line of a run that was not interrupted. */
export interface EndRecord {
  readonly record: 'end';
  readonly complete: boolean;
  readonly cells: number;
  readonly duration_ms: number;
}
