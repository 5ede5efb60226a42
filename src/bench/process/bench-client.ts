import { connect } from '../../client/connect.ts';
import type { ClientRun } from '../../client/run/client-run.ts';
import type { Block } from '../../measure/finished-block.ts';
import type { BlockRecorder } from './block-recorder.ts';
import type { ClientJob, OneClient } from './job.ts';
import { isProved } from './proof.ts';

/** A longer outage ends the measurement. */
const LONGEST_OUTAGE_MS = 10_000;

export interface BenchClientHooks {
  /** The client has finished its warm-up. */
  warm(): void;
  /** Messages have arrived. */
  messages(count: number): void;
  /** The client was without its server for this long, and is back now, or has to leave. */
  outage(client: number, outageMs: number): void;
  clockError(errorMs: number): void;
}

/** One client of a measurement, and what it received while it was measured. */
export class BenchClient {
  readonly #client: number;
  readonly #job: ClientJob;
  readonly #recorder: BlockRecorder;
  readonly #hooks: BenchClientHooks;
  readonly #run: ClientRun;
  #measuring = false;
  #warm = false;
  /** The start of the window: the end of the block before the first measured one; undefined before that. */
  #windowStartMs: number | undefined;
  #windowEndMs: number | undefined;
  #lastEndMs: number | undefined;
  /** Whether it ever had a connection, and since when it has had none. */
  #connected = false;
  /** Whether the server gives proof, which needs Tidemark's protocol. */
  #provable = false;
  #lostMs: number | undefined;
  #firstMeasured = Number.POSITIVE_INFINITY;
  #measured = { messages: 0, bytes: 0, blocks: 0 };

  constructor(client: number, job: ClientJob, recorder: BlockRecorder, hooks: BenchClientHooks) {
    this.#client = client;
    this.#job = job;
    this.#recorder = recorder;
    this.#hooks = hooks;
    this.#run = connect(job.url, {
      client: nameOf(job, client),
      block: job.blockSize,
      plain: job.plain,
      timing: !job.plain,
      giveUpMs: LONGEST_OUTAGE_MS,
      ...(job.count === undefined ? {} : { count: job.count }),
      ...(job.accessToken === undefined ? {} : { accessToken: job.accessToken }),
      ...(job.ca === undefined ? {} : { ca: job.ca }),
      onBlock: (block) => this.#block(block),
      onEvent: (event) => {
        if (event.event === 'connected') this.#welcomed(event.stream_id !== null);
        if (event.event === 'disconnected' && this.#connected) this.#lostMs ??= performance.now();
        if (event.event === 'resumed') this.#back();
        if (event.event !== 'timed' || event.block < this.#firstMeasured) return;
        recorder.addLatency(client, event.block, event.latency_ms, event.latency_from_send_ms);
        if (event.clock_error_ms !== null) hooks.clockError(event.clock_error_ms);
      },
    });
  }

  start(): void {
    this.#run.start();
  }

  /** Whether its warm-up is over. */
  get isWarm(): boolean {
    return this.#warm;
  }

  /** Whether a block was measured. */
  get hasMeasured(): boolean {
    return this.#measured.blocks > 0;
  }

  /** Starts measuring. */
  measure(): void {
    this.#measuring = true;
    this.#windowStartMs = this.#lastEndMs;
  }

  stop(): void {
    this.#windowEndMs = performance.now();
    this.#back();
    this.#run.stop();
  }

  /** Resolves when it has left. */
  async result(): Promise<OneClient> {
    const { verdict, error, ...counts } = await this.#run.closed;
    const endMs = this.#windowEndMs ?? this.#lastEndMs ?? performance.now();
    return {
      client: this.#client,
      measuredMessages: this.#measured.messages,
      measuredBytes: this.#measured.bytes,
      measuredBlocks: this.#measured.blocks,
      windowMs: this.#windowStartMs === undefined ? 0 : endMs - this.#windowStartMs,
      messages: counts.messages,
      lost: counts.lost,
      repeated: counts.repeated,
      reordered: counts.reordered,
      corrupt: counts.corrupt,
      resumes: counts.resumes,
      proved: isProved({ verdict, ...counts }, this.#provable),
      provable: this.#provable,
      error: error ?? null,
    };
  }

  #welcomed(provable: boolean): void {
    this.#connected = true;
    this.#provable = provable;
    if (this.#job.omit === 0) this.#warmedUp();
  }

  /** Ends the outage, if there is one. */
  #back(): void {
    if (this.#lostMs !== undefined) this.#hooks.outage(this.#client, performance.now() - this.#lostMs);
    this.#lostMs = undefined;
  }

  #block(block: Block): void {
    const { block: number, count, bytes, elapsedMs, intervalMs, interrupted, partial } = block;
    this.#hooks.messages(count);
    this.#lastEndMs = performance.now();
    if (this.#measuring && this.#windowStartMs === undefined) {
      this.#windowStartMs = this.#lastEndMs; // nobody knows when its first message would have arrived
    } else if (this.#measuring) {
      this.#measured.messages += count;
      this.#measured.bytes += bytes;
      if (intervalMs !== null && !interrupted && !partial) {
        this.#firstMeasured = Math.min(this.#firstMeasured, number);
        this.#measured.blocks++;
        this.#recorder.add({ client: this.#client, number, elapsedMs, intervalMs });
      }
    }
    if (number === this.#job.omit) this.#warmedUp();
  }

  #warmedUp(): void {
    this.#warm = true;
    this.#hooks.warm();
    if (this.#job.count !== undefined) this.measure(); // each by itself: its messages are numbered
  }
}

/** A measurement that is dealt again has other names: what is left of the first may still have them. */
function nameOf({ run, attempt }: ClientJob, client: number): string {
  return attempt === 1 ? `bench-${run}-${client}` : `bench-${run}-${client}-again-${attempt - 1}`;
}
