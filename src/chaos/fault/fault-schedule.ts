import { output, pathHash, seedKey } from '../../stream/program/splitmix64.ts';
import type { FaultSpec, PlannedFault } from './fault-spec.ts';

const UNIT = 4_294_967_296;

/**
 * What goes wrong on one stream, or on one connection, and when: drawn from the seed, its number and that of the message,
 * so it is the same each time, however fast messages come.
 */
export class FaultSchedule {
  readonly #spec: FaultSpec;
  readonly #stream: number;
  readonly #keys: readonly bigint[];

  /** @param stream its number, or that of the connection; 1 for the first */
  constructor(spec: FaultSpec, stream: number) {
    this.#spec = spec;
    this.#stream = stream;
    const seed = seedKey(spec.seed);
    this.#keys = spec.faults.map(({ fault }, index) =>
      output(seed ^ pathHash(`${stream}/${index}/${fault}`), 0n),
    );
  }

  /** The fault at data message `message`, counted from 1; the first one planned, if there are several. */
  atMessage(message: number): PlannedFault | undefined {
    return this.#spec.faults.find(({ when }, index) => {
      if (when.kind === 'at') return when.stream === this.#stream && when.message === message;
      return when.kind === 'share' && this.#draw(index, message) < when.share;
    });
  }

  /** The faults triggered by the clock. */
  timed(): {
    readonly planned: PlannedFault /** Before the nth time, from 1 on. */;
    readonly pauseMs: (nth: number) => number;
  }[] {
    return this.#spec.faults.flatMap((planned, index) => {
      const { when } = planned;
      if (when.kind !== 'every') return [];
      return [{ planned, pauseMs: (nth: number) => when.ms * (0.5 + this.#draw(index, nth)) }];
    });
  }

  /** A number in [0, 1) for other choices that a fault at this message needs: which byte, how much. */
  detail(message: number, nth: number): number {
    return fraction(
      output(seedKey(this.#spec.seed) ^ pathHash(`${this.#stream}/detail/${nth}`), BigInt(message)),
    );
  }

  #draw(index: number, number: number): number {
    return fraction(output(this.#keys[index] ?? 0n, BigInt(number)));
  }
}

function fraction(bits: bigint): number {
  return Number(bits >> 32n) / UNIT;
}
