import type { Machine, Timer } from '../../../src/host/machine.ts';
import type { VirtualTime } from '../../simulation/virtual-time.ts';

const SOON_MS = 0.01;

/** A process in virtual time, which can be killed, and stopped for a while: what comes meanwhile it gets when it goes on. */
export class NodeMachine implements Machine {
  readonly #time: VirtualTime;
  /** How fast its clock goes. */
  readonly #pace: number;
  readonly #waiting: (() => void)[] = [];
  #wallStepMs = 0;
  #stopped = false;
  #killed = false;

  constructor(time: VirtualTime, pace = 1) {
    this.#time = time;
    this.#pace = pace;
  }

  monotonicMs(): number {
    return this.#time.nowMs * this.#pace;
  }

  dateMs(): number {
    return Math.floor(this.#time.now.wallMs + this.#wallStepMs);
  }

  /** Its wall clock is set. */
  stepWallClock(ms: number): void {
    this.#wallStepMs += ms;
  }

  soon(callback: () => void): void {
    this.startTimer(SOON_MS, callback);
  }

  startTimer(afterMs: number, callback: () => void): Timer {
    const timer = { stopped: false };
    this.#time.after(afterMs / this.#pace, () =>
      this.do(() => {
        if (!timer.stopped) callback();
      }),
    );
    return timer;
  }

  stopTimer(timer: Timer): void {
    (timer as { stopped: boolean }).stopped = true;
  }

  get killed(): boolean {
    return this.#killed;
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  /** Something comes to this process. */
  do(callback: () => void): void {
    if (this.#killed) return;
    if (this.#stopped) this.#waiting.push(callback);
    else callback();
  }

  /** As kill -9. */
  kill(): void {
    this.#killed = true;
    this.#waiting.length = 0;
  }

  /** As SIGSTOP. */
  stop(): void {
    this.#stopped = true;
  }

  /** As SIGCONT. */
  goOn(): void {
    if (!this.#stopped) return;
    this.#stopped = false;
    for (const callback of this.#waiting.splice(0)) this.#time.after(0, () => this.do(callback));
  }
}
