/** A running timer, opaque to all but the machine that started it. */
export type Timer = object;

/** What a host is built on: two clocks, and two ways to be called back. */
export interface Machine {
  /** A monotonic clock in milliseconds, with fractions. */
  monotonicMs(): number;
  /** The wall clock in whole milliseconds since 1970. */
  dateMs(): number;
  /** Calls back after timers and sockets have been served. */
  soon(callback: () => void): void;
  startTimer(afterMs: number, callback: () => void): Timer;
  stopTimer(timer: Timer): void;
}

/** The real clocks and timers of this process. */
export const system: Machine = {
  monotonicMs: () => performance.now(),
  dateMs: () => Date.now(),
  soon: (callback) => void setImmediate(callback),
  startTimer: (afterMs, callback) => setTimeout(callback, afterMs),
  stopTimer: (timer) => clearTimeout(timer as NodeJS.Timeout),
};
