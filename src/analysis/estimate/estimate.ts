/** What varied, and so what an interval is about. */
export type Basis =
  /** The repeats differ: the interval says where another set of repeats would land. */
  | 'repeats'
  /** There was one repeat: the interval says what more blocks of that same run would show, which is less. */
  | 'blocks'
  /** There was one repeat of a curve: the interval comes from the scatter of its points alone, which is less. */
  | 'points';

/** A number, and how well it is known. */
export interface Estimate {
  readonly value: number;
  /** The lower end of the interval; never above `value`. */
  readonly low: number;
  /** The upper end; never below `value`. Infinity if the data set no bound. */
  readonly high: number;
  /** How often such intervals contain the true number: 0.95. */
  readonly level: number;
  readonly basis: Basis;
}

/** Why a number can't be given: one clause in English, without a full stop, ready to print. */
export interface Refused {
  readonly refused: string;
}

/** Tells a refusal from a result. */
export function isRefused(result: object): result is Refused {
  return 'refused' in result;
}

/** The level of all intervals here, unless stated otherwise. */
export const DEFAULT_LEVEL = 0.95;
