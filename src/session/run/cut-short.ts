import type { Advice } from '../../wording/advice.ts';

/** Why a run takes no more messages before it has all it wants. */
export interface CutShort {
  /** Undefined if that is no fault, as when its time was up. */
  readonly error: string | undefined;
  /** Whether it is a fault of what came, or did not. */
  readonly integrity: boolean;
  readonly advice?: Advice | undefined;
}

/** The same of a run that fails by it. */
export interface Fault extends CutShort {
  readonly error: string;
}
