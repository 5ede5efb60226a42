import type { Histogram } from '../../measure/histogram.ts';
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
}
