import type { Carriage, Connection } from '../../carriage/connection.ts';
import type { FinishedBlock } from '../../measure/finished-block.ts';
import type { Instant } from '../../measure/instant.ts';
import type { Verdict } from '../../measure/verdict.ts';
import type { RunProgress } from '../../session/run/resume-point.ts';
import type { Run } from '../../session/run/run.ts';
import type { ConnectedSource, OpenOutput, RunOutput } from '../../session/run/run-output.ts';
import type { ClientEvent } from './client-event.ts';
import { LogError } from './log-error.ts';
import { eventOf } from './run-events.ts';

/** If carrying out outputs holds the event loop up for longer than this, the server is not blamed for the silence. */
const HELD_UP_MS = 100;

/** What a pump has of the world, besides its connection: a part of a `Host`. */
export interface RunClock {
  now(): Instant;
  alarm(ring: () => void): RunAlarm;
}

interface RunAlarm {
  /** Rings at a moment of the monotonic clock, or soon if that is past; an earlier setting is forgotten. Infinity is never. */
  set(atMs: number): void;
}

export interface RunPumpHooks {
  /** Undefined if nobody listens: then no events are made. */
  readonly tell?: ((event: ClientEvent) => void) | undefined;
  /** Messages can arrive for the first time. May throw a LogError. */
  connected(source: ConnectedSource): void;
  /** Stores the block, before its receipt is sent. May throw a LogError. @returns whether somebody keeps it */
  block(block: FinishedBlock, progress: RunProgress): boolean;
  ended(): void;
}

/**
 * Moves messages between a run and its connections, one after another. It decides nothing: the run knows when to dial,
 * and when to give up.
 */
export class RunPump {
  readonly closed: Promise<Verdict>;
  readonly #client: string;
  readonly #session: Run;
  readonly #host: RunClock;
  readonly #carriage: Carriage;
  readonly #hooks: RunPumpHooks;
  readonly #alarm: RunAlarm;
  readonly #resolve: (verdict: Verdict) => void;
  #connection: Connection | undefined;
  #reading = true;
  #verdict: Verdict | undefined;

  /** @param carriage opens connections for the run */
  constructor(client: string, session: Run, host: RunClock, carriage: Carriage, hooks: RunPumpHooks) {
    this.#client = client;
    this.#session = session;
    this.#host = host;
    this.#carriage = carriage;
    this.#hooks = hooks;
    this.#alarm = host.alarm(() => this.#wake());
    let resolve: (verdict: Verdict) => void = () => {};
    this.closed = new Promise((settle) => {
      resolve = settle;
    });
    this.#resolve = resolve;
  }

  start(): void {
    this.#do((now) => this.#session.start(now));
  }

  stop(): void {
    this.#do((now) => this.#session.stop(now));
  }

  setReading(reading: boolean): void {
    this.#reading = reading;
    this.#connection?.setReading(reading);
  }

  #wake(): void {
    this.#do((now) => {
      if (!this.#reading) this.#session.notReading(now);
      return this.#session.wake(now);
    });
  }

  #open(output: OpenOutput): void {
    const session = this.#session;
    const host = this.#host;
    // Whatever an earlier connection still reports no longer matters.
    const ifCurrent = (outputs: (now: Instant) => RunOutput[]) => {
      if (this.#connection === connection) this.#do(outputs);
    };
    const connection: Connection = this.#carriage.open(output, {
      opened: (speaks, announced) => {
        connection.setReading(this.#reading);
        ifCurrent((now) => session.opened(speaks, now, announced));
      },
      failed: (failure) => ifCurrent((now) => session.failed(failure, now)),
      messages: (batch) => {
        const now = host.now();
        while (!batch.empty && this.#connection === connection) this.#perform(session.receive(batch, now));
        this.#settle(now);
      },
      heard: () => session.heard(host.now()),
      closed: (code, reason, own, retryAfterMs) =>
        ifCurrent((now) => session.closed(code, reason, now, own, retryAfterMs)),
    });
    this.#connection = connection;
  }

  /** Asks the run what to do now, and does it. */
  #do(outputs: (now: Instant) => RunOutput[]): void {
    const now = this.#host.now();
    this.#perform(outputs(now));
    this.#settle(now);
  }

  #perform(outputs: readonly RunOutput[]): void {
    try {
      for (const output of outputs) this.#performOne(output);
    } catch (error) {
      if (!(error instanceof LogError)) throw error;
      this.#do((now) => this.#session.abort(error.message, now));
    }
  }

  /** After all that was to be done, once: when the run wants to be woken, and whether it was held up. */
  #settle(began: Instant): void {
    const ended = this.#host.now();
    const tookMs = ended.monotonicMs - began.monotonicMs;
    if (tookMs > HELD_UP_MS) this.#session.heldUp(tookMs, ended);
    this.#alarm.set(this.#session.wakeMs());
  }

  #performOne(output: RunOutput): void {
    switch (output.type) {
      case 'open':
        return this.#open(output);
      case 'send':
        return this.#connection?.sendText(output.text);
      case 'ping':
        return this.#connection?.ping();
      case 'close':
        return this.#connection?.close(output.code, output.reason);
      case 'terminate':
        return this.#connection?.terminate();
      case 'connected':
        this.#hooks.connected(output.source);
        return this.#tell(output);
      case 'disconnected':
        this.#connection?.terminate();
        this.#connection = undefined;
        return this.#tell(output);
      case 'block':
        if (!this.#hooks.block(output.block, output.progress)) this.#session.release(output.block);
        this.#carriage.stored?.();
        return this.#tell(output);
      case 'end':
        this.#verdict = output.verdict;
        return this.#tell(output);
      case 'closed':
        this.#hooks.ended();
        if (this.#verdict !== undefined) this.#resolve(this.#verdict);
        return;
      default:
        return this.#tell(output);
    }
  }

  #tell(output: RunOutput): void {
    const { tell } = this.#hooks;
    if (tell === undefined) return;
    const event = eventOf(this.#client, output);
    if (event !== undefined) tell(event);
  }
}
