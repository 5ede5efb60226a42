import type {
  BlocksRecord,
  HistogramRecord,
  OutageRecord,
  QuantityName,
  SampleRecord,
} from '../../run-file/record/run-record.ts';

/** The messages between the bench and its processes. */

/** Bench → client process. */
export type ClientOrder =
  /** Connect these clients, warm up, and say so. */
  | { readonly type: 'begin'; readonly job: ClientJob }
  /** Measure from this time on, in milliseconds since the start of the bench; null for now. */
  | { readonly type: 'measure'; readonly atMs: number | null }
  /** Leave at this time, or now, and give the result. */
  | { readonly type: 'stop'; readonly atMs: number | null };

/** A process of clients: of this machine, or of an agent. */
export interface ClientProcess {
  /** The name of the agent that runs it; null for this machine. */
  readonly agent: string | null;
  send(order: ClientOrder): void;
  /** As `AnswerQueue.wait`. @throws AgentLostError if its agent is lost, BenchError if it ends */
  answer<Type extends ClientAnswer['type']>(
    type: Type,
    timeoutMs: number,
    doing: string,
  ): Promise<ClientAnswer & { readonly type: Type }>;
}

/** The clients of one measurement that one process runs. */
export interface ClientJob {
  readonly run: number;
  /** How often the measurement was dealt so far, with this time. */
  readonly attempt: number;
  readonly url: string;
  /** Whether the URL is dialled as it is, for a server that is not Tidemark's. */
  readonly plain: boolean;
  readonly accessToken: string | undefined;
  readonly ca: string | undefined;
  /** Numbers of the clients, from 1. */
  readonly clients: readonly number[];
  /** In messages. */
  readonly blockSize: number;
  /** Blocks of warm-up. */
  readonly omit: number;
  /** Messages of each client; undefined if the bench says when to stop. */
  readonly count: number | undefined;
  /** The most blocks to keep one by one. */
  readonly sample: number;
  /** Start of the bench by the clock of the process, in milliseconds since 1970. */
  readonly startedMs: number;
}

/** Client process → bench. */
export type ClientAnswer =
  | { readonly type: 'ready' }
  /** Every client has finished its warm-up. */
  | { readonly type: 'warm' }
  /** A client ended before it was warm. */
  | { readonly type: 'failed'; readonly error: string }
  | { readonly type: 'result'; readonly result: ClientResult };

export interface ClientResult {
  readonly clients: readonly OneClient[];
  readonly blocks: SampledBlocks;
  readonly quantities: Readonly<Record<QuantityName, Recorded>>;
  readonly outages: readonly Omit<OutageRecord, 'record' | 'run'>[];
  readonly samples: readonly ProcessSample[];
  readonly clockErrorMs: number | null;
  /** When it began to measure, in milliseconds since the start of the bench; null where each client begins by itself. */
  readonly fromMs: number | null;
}

/** A quantity over all blocks measured. */
export type Recorded = Pick<HistogramRecord, 'count' | 'mean_ms' | 'hdr_base64'>;

/** The result of one client. */
export interface OneClient {
  readonly client: number;
  /** Messages that arrived while it was measured, and how long that was. */
  readonly measuredMessages: number;
  readonly measuredBytes: number;
  readonly measuredBlocks: number;
  readonly windowMs: number;
  readonly messages: number;
  readonly lost: number;
  readonly repeated: number;
  readonly reordered: number;
  readonly corrupt: number;
  readonly resumes: number;
  /** Nothing was found wrong, and every reported block was found right. */
  readonly proved: boolean;
  /** Whether its server gives proof. */
  readonly provable: boolean;
  readonly error: string | null;
}

/** Columns, in the order in which the blocks ended. */
export type SampledBlocks = Omit<BlocksRecord, 'record' | 'run'>;

/** One second of a process, or the rest of one. */
export type ProcessSample = Omit<SampleRecord, 'record' | 'run' | 'role' | 'agent'>;

/** Bench → server process. */
export type ServerOrder = { readonly type: 'measure' } | { readonly type: 'stop' };

/** Server process → bench. */
export type ServerAnswer =
  | { readonly type: 'listening'; readonly url: string }
  /** All clients have left. */
  | {
      readonly type: 'result';
      readonly messages: number;
      readonly blocks: number;
      readonly samples: readonly ProcessSample[];
    };
