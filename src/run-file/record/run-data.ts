import type { Histogram } from '../../measure/histogram.ts';
import type { AgentRecord, LostRecord, ShareRecord } from './agent-records.ts';
import type {
  BlocksRecord,
  CellRecord,
  EndRecord,
  OutageRecord,
  QuantityName,
  RunHeader,
  SampleRecord,
} from './run-record.ts';

/** An assembled run file: what every report is computed from. */
export interface RunData {
  readonly header: RunHeader;
  /** Complete ones, in the order in which they were made. */
  readonly measurements: readonly Measurement[];
  /** Those that ran clients, each once, in the order in which they came. */
  readonly agents: readonly AgentRecord[];
  readonly losses: readonly LostRecord[];
  /** undefined if the run was interrupted. */
  readonly end: EndRecord | undefined;
}

/** One repeat of one cell. */
export interface Measurement {
  readonly cell: CellRecord;
  readonly blocks: BlocksRecord;
  /** Covers all blocks where `blocks` is a sample. */
  readonly histograms: Partial<Readonly<Record<QuantityName, Histogram>>>;
  readonly samples: readonly SampleRecord[];
  readonly outages: readonly OutageRecord[];
  /** One for each agent that had a part in it; none without agents. */
  readonly shares: readonly ShareRecord[];
}
