import type { Difference } from './difference/difference.ts';

/** What can be wrong with messages, or lines, of a capture. */
export type FindingKind = 'lost' | 'repeated' | 'reordered' | 'corrupt' | 'foreign';

/** Consecutive messages, or consecutive lines for `foreign`, with the same fault. */
export interface Finding {
  readonly kind: FindingKind;
  /** First and last seq; null for foreign lines, which have none. */
  readonly from: number | null;
  readonly to: number | null;
  /** First and last line in the capture, from 1 on; null for messages that are not there. */
  readonly firstLine: number | null;
  readonly lastLine: number | null;
  /** For `corrupt`: where its first message differs. For `foreign`: why its first line is no message. */
  readonly firstDifference: Difference | null;
}

type Ongoing = { -readonly [Key in keyof Finding]: Finding[Key] };

/** Joins faults, reported message by message or line by line, to ranges. One range of each kind is open. */
export class FindingRanges {
  readonly #tell: (finding: Finding) => void;
  readonly #ongoing = new Map<FindingKind, Ongoing>();

  constructor(tell: (finding: Finding) => void) {
    this.#tell = tell;
  }

  /** Adds a message that is wrong, and its line. */
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

  /** Adds messages that are missing. */
  lost(from: number, to: number): void {
    this.#tell({ kind: 'lost', from, to, firstLine: null, lastLine: null, firstDifference: null });
  }

  /** Closes and reports all open ranges. */
  finish(): void {
    for (const finding of this.#ongoing.values()) this.#tell(finding);
    this.#ongoing.clear();
  }
}
