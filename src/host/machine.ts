/** A timer that has been started; only who made it knows what it is. */
export type Timer = object;

/** What a host stands on: two clocks, and two ways to be called back. */
export interface Machine {
  /** A monotonic clock in milliseconds, with fractions. */
  monotonicMs(): number;
  /** The wall clock in whole milliseconds since 1970. */
  dateMs(): number;
  /** Calls back once timers and sockets have been looked at. */
  soon(callback: () => void): void;
  startTimer(afterMs: number, callback: () => void): Timer;
  stopTimer(timer: Timer): void;
}

/** The machine that this process runs on. */
export const system: Machine = {
  monotonicMs: () => performance.now(),
  dateMs: () => Date.now(),
  soon: (callback) => void setImmediate(callback),
  startTimer: (afterMs, callback) => setTimeout(callback, afterMs),
  stopTimer: (timer) => clearTimeout(timer as NodeJS.Timeout),
};
