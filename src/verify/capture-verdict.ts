import type { CaptureFraming } from './capture/form.ts';

/** What a check of a capture counted. */
export interface CaptureCounts {
  /** Canonical name of the stream that the capture should be of. */
  readonly stream: string;
  /** The first seq that was due. */
  readonly from: number;
  /** Whether a count was given; without one, a missing tail can't be seen. */
  readonly counted: boolean;
  readonly equal: 'bytes' | 'json';
  readonly order: 'sequential' | 'any';
  readonly repeats: 'refuse' | 'allow';
  readonly framing: CaptureFraming;
  /** The stream that the first messages belong to, if none of them is right and trying others found it. */
  readonly resembles: string | null;
  /** Messages that are equal as JSON but not byte for byte: corrupt, unless `equal` is `json`. */
  readonly reserialised: number;
  readonly lines: number;
  /** Lines that are messages of the stream, repeated and corrupt ones included. */
  readonly messages: number;
  /** Messages that were due. */
  readonly expected: number;
  readonly lost: number;
  readonly repeated: number;
  readonly reordered: number;
  readonly corrupt: number;
  /** Lines that are none of the messages due. */
  readonly foreign: number;
}

/** The last word on a capture. */
export interface CaptureVerdict extends CaptureCounts {
  /**
   * `proved`: everything due is there, once, right and in order, and nothing else; if not `counted`, as far as the
   * capture goes.
   */
  readonly verdict: 'proved' | 'failed';
}

/** Draws the verdict. */
export function judgeCapture(counts: CaptureCounts): CaptureVerdict {
  const { lost, repeated, reordered, corrupt, foreign, order, repeats, messages, counted } = counts;
  const always = lost + corrupt + foreign;
  const faults = always + (repeats === 'allow' ? 0 : repeated) + (order === 'any' ? 0 : reordered);
  // Nothing proves nothing, unless nothing was due.
  const nothing = messages === 0 && !counted;
  return { verdict: faults > 0 || nothing ? 'failed' : 'proved', ...counts };
}
