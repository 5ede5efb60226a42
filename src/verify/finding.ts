import type { Difference } from './difference/difference.ts';

/** What can be wrong with messages of a capture, or with a line of it. */
export type FindingKind = 'lost' | 'repeated' | 'reordered' | 'corrupt' | 'foreign';

/** Consecutive messages, or for `foreign` consecutive lines, with which the same is wrong. */
export interface Finding {
  readonly kind: FindingKind;
  /** First and last seq; null for foreign lines, which have none. */
  readonly from: number | null;
  readonly to: number | null;
  /** First and last line of the capture, from 1 on; null for what is not there. */
  readonly firstLine: number | null;
  readonly lastLine: number | null;
  /** For `corrupt`: where its first message differs. For `foreign`: why its first line is no message. */
  readonly firstDifference: Difference | null;
}

type Ongoing = { -readonly [Key in keyof Finding]: Finding[Key] };

/** Joins what is found message by message, or line by line, to ranges. It keeps one range of each kind. */
export class FindingRanges {
  readonly #tell: (finding: Finding) => void;
  readonly #ongoing = new Map<FindingKind, Ongoing>();

  constructor(tell: (finding: Finding) => void) {
    this.#tell = tell;
  }

  /** A message, in some line, with which something is wrong. */
  add(kind: FindingKind, seq: number | null, line: number, difference: () => Difference | null): void {
    const ongoing = this.#ongoing.get(kind);
    const follows = seq === null ? ongoing?.lastLine === line - 1 : ongoing?.to === seq - 1;
    if (ongoing !== undefined && follows) {
      ongoing.to = seq;
      ongoing.lastLine = line;
      return;
    }
    if (ongoing !== undefined) this.#tell(ongoing);
    this.#ongoing.set(kind, {
      kind,
      from: seq,
      to: seq,
      firstLine: line,
      lastLine: line,
      firstDifference: difference(),
    });
  }

  /** Messages that are nowhere. */
  lost(from: number, to: number): void {
    this.#tell({ kind: 'lost', from, to, firstLine: null, lastLine: null, firstDifference: null });
  }

  /** Tells of the ranges that are open. */
  finish(): void {
    for (const finding of this.#ongoing.values()) this.#tell(finding);
    this.#ongoing.clear();
  }
}
