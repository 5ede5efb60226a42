import type { Verdict } from '../measure/verdict.ts';
import type { CaptureVerdict } from '../verify/capture-verdict.ts';

/** Exit codes of every command. */
export const EXIT = {
  ok: 0,
  /** Usage or I/O. */
  failure: 1,
  /** What came is not what should have come. */
  integrity: 2,
  /** The tool itself was the limit, or the data can't tell. */
  invalid: 3,
  /** A threshold was crossed. */
  threshold: 99,
  /** By SIGINT, and so by Ctrl-C. */
  interrupted: 130,
  /** By SIGTERM, or by SIGHUP. */
  terminated: 143,
} as const;

/**
 * The exit code for a verdict.
 *
 * @param requireProof whether a run fails that ends unproved, or without knowing whether its tail is missing
 */
export function exitCodeOf({ verdict, integrity, tailKnown }: Verdict, requireProof = false): number {
  switch (verdict) {
    case 'proved':
      return requireProof && !tailKnown ? EXIT.integrity : EXIT.ok;
    case 'unproved':
      return requireProof ? EXIT.integrity : EXIT.ok;
    case 'interrupted':
      return EXIT.interrupted;
    case 'failed':
      return integrity ? EXIT.integrity : EXIT.failure;
  }
}

/** The exit code for a capture. */
export function exitCodeOfCapture({ verdict }: CaptureVerdict): number {
  return verdict === 'proved' ? EXIT.ok : EXIT.integrity;
}

/** The one exit code for several runs: the gravest. */
export function gravest(codes: readonly number[]): number {
  const order: readonly number[] = [EXIT.integrity, EXIT.failure, EXIT.interrupted];
  return order.find((code) => codes.includes(code)) ?? EXIT.ok;
}
