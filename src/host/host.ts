import type { Instant } from '../measure/instant.ts';
import { type Alarm, Alarms } from './alarm.ts';
import { type Machine, system } from './machine.ts';
import { Turns } from './turns.ts';
import { WallClock } from './wall-clock.ts';

/**
 * What a pump gets besides its connection: time, alarms and turns. They are built on a machine: the real one, or the simulator's,
 * where time is virtual.
 */
export class Host {
  readonly turns: Turns;
  readonly #machine: Machine;
  readonly #alarms: Alarms;
  readonly #wallClock = new WallClock();

  constructor(machine: Machine) {
    this.#machine = machine;
    this.turns = new Turns(machine);
    this.#alarms = new Alarms(machine, this.turns, () => this.now());
  }

  /** Reads both clocks. */
  now(): Instant {
    const monotonicMs = this.#machine.monotonicMs();
    return { wallMs: this.#wallClock.read(this.#machine.dateMs(), monotonicMs), monotonicMs };
  }

  /** Reads the wall clock alone, in whole milliseconds: for what is only shown. */
  dateMs(): number {
    return this.#machine.dateMs();
  }

  /** Creates an alarm that is not set yet. @param ring gets the time of the pass in which it rings */
  alarm(ring: (now: Instant) => void): Alarm {
    return this.#alarms.alarm(ring);
  }
}

/** The host of this process, whose alarms and turns all connections share. */
export const systemHost: Host = /* @__PURE__ */ new Host(system);
