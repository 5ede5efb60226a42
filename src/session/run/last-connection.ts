import { isNormalClose } from '../close-codes.ts';
import type { CutShort } from './run-deadlines.ts';

/** A connection over which messages could come, and its end. */
export interface EndedConnection {
  readonly code: number;
  readonly reason: string;
  /** Whether its server is plain: nothing can be asked for again there. */
  readonly plain: boolean;
  /** Whether the run is to end with its connection, whatever its server is. */
  readonly once: boolean;
  /** Whether all of the run's count came, if it has one. */
  readonly whole: boolean;
}

/**
 * Whether a run ends with this connection: a plain server that closes it as one does who has sent all would begin from
 * the start again. @returns undefined if it comes back
 */
export function endWithConnection({
  code,
  reason,
  plain,
  once,
  whole,
}: EndedConnection): CutShort | undefined {
  const normal = isNormalClose(code);
  if (!once && !(plain && normal)) return undefined;
  if (normal && whole) return { error: undefined, integrity: false };
  const error = `the connection ended${reason === '' ? '' : `: ${reason}`} (close code ${code})`;
  return { error, integrity: normal };
}
