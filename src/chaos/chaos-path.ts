import { ChaosWay } from './chaos-way.ts';
import { FaultSchedule } from './fault/fault-schedule.ts';
import type { FaultSpec, HarmfulFault, PathFault, PlannedFault } from './fault/fault-spec.ts';
import { FaultyAnswers } from './fault/faulty-answers.ts';
import { joinedBytes } from './fault/joined-bytes.ts';

/** A fault that was made. */
export interface FaultEvent {
  readonly event: 'fault';
  readonly fault: HarmfulFault | PathFault;
  /** Which connection, from 1 on. */
  readonly connection: number;
  /** The data message of its stream, from 1 on; null if the clock triggered it. */
  readonly message: number | null;
}

/** @internal */
export interface ChaosPathHooks {
  tell(event: FaultEvent): void;
  /** Counts a stream that has its first message. @returns which it is, from 1 on */
  countStream(): number;
  /** Breaks both sides off, with a reset if possible. */
  cut(): void;
  /** Ends the server's side, once everything on its way to the client has arrived. */
  end(): void;
}

/** How long a message waits to be overtaken if none follows. */
const OVERTAKEN_WITHIN_MS = 200;

/**
 * The path of one connection: a way down, from the server to the client, and a way up, and the faults on them.
 *
 * @internal
 */
export class ChaosPath {
  readonly down: ChaosWay;
  readonly up: ChaosWay;
  readonly #answers: FaultyAnswers;
  readonly #connection: number;
  readonly #hooks: ChaosPathHooks;
  /** Nothing more is sent to the client: it has been told of the end. */
  #ended = false;
  readonly #timers = new Map<object, NodeJS.Timeout>();

  /** @param connection 1 for the first */
  constructor(spec: FaultSpec, connection: number, hooks: ChaosPathHooks) {
    const schedule = new FaultSchedule(spec, connection);
    this.#answers = new FaultyAnswers(() => new FaultSchedule(spec, hooks.countStream()));
    this.#connection = connection;
    this.#hooks = hooks;
    const { delayMs, jitterMs, sliceBytes, bandwidth, slowReader } = spec;
    const conditions = (direction: number, perSecond: number) => {
      let pieces = 0;
      const jitter = () => (jitterMs === 0 ? 0 : jitterMs * schedule.detail(pieces++, direction));
      return { delayMs, jitterMs: jitter, sliceBytes, bandwidth: perSecond };
    };
    this.down = new ChaosWay(conditions(2, Math.min(bandwidth, slowReader)), {
      use: (bytes) => this.#use(bytes),
      finish: () => this.#send(this.#answers.finish()),
    });
    this.up = new ChaosWay(conditions(3, bandwidth));
    for (const { planned, pauseMs } of schedule.timed()) this.#plan(planned, pauseMs, 1);
  }

  /** Cancels whatever is planned. */
  close(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    this.down.destroy();
    this.up.destroy();
  }

  /** Whether bytes vanish on it: then neither side learns that the other has ended. */
  get halfOpen(): boolean {
    return this.down.vanishing;
  }

  #plan(planned: PlannedFault, pauseMs: (nth: number) => number, nth: number): void {
    this.#setTimer(planned, pauseMs(nth), () => {
      this.#plan(planned, pauseMs, nth + 1);
      this.#begin(planned, null);
    });
  }

  #use(bytes: Uint8Array): void {
    const passing: Uint8Array[] = [];
    const pass = () => this.#send(joinedBytes(...passing.splice(0))); // as one: thousands of messages take more room than their bytes
    for (const step of this.#answers.push(bytes)) {
      if (step.step === 'bytes') {
        passing.push(step.bytes);
      } else {
        pass();
        if (step.step === 'path') this.#begin(step.planned, step.message);
        else this.#tell(step.fault, step.message);
      }
    }
    pass();
    if (!this.#answers.holdsMessage) return;
    this.#setTimer(this.#answers, OVERTAKEN_WITHIN_MS, () => this.#send(this.#answers.release()));
  }

  #send(bytes: Uint8Array): void {
    if (!this.#ended) this.down.send(bytes);
  }

  #begin({ fault, stallMs, closeCode }: PlannedFault, message: number | null): void {
    if (this.halfOpen || this.down.destroyed || this.#ended) return;
    this.#tell(fault as PathFault, message);
    switch (fault) {
      case 'cut':
        return this.#hooks.cut();
      case 'stall':
        this.down.hold(stallMs);
        return this.up.hold(stallMs);
      case 'half-open':
        this.down.vanish();
        return this.up.vanish();
      case 'close':
        this.#send(this.#answers.closing(closeCode));
        this.#ended = true;
        return this.#hooks.end();
      default:
        return;
    }
  }

  #tell(fault: FaultEvent['fault'], message: number | null): void {
    this.#hooks.tell({ event: 'fault', fault, connection: this.#connection, message });
  }

  #setTimer(key: object, delayMs: number, callback: () => void): void {
    clearTimeout(this.#timers.get(key));
    this.#timers.set(key, setTimeout(callback, delayMs).unref());
  }
}
