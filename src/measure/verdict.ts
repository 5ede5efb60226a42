import type { Advice } from '../wording/advice.ts';
import { grouped, plural } from '../wording/figures.ts';

/** How a run ended. */
export type VerdictWord = 'proved' | 'failed' | 'unproved' | 'interrupted';

/** What a run counted. */
export interface RunCounts {
  /** Messages that arrived, and how many were due: the run's count, or, without one, as far as it got. */
  readonly messages: number;
  readonly expected: number;
  /** The seq that the run assumed to be its first, since nobody said: that of the first message to arrive. */
  readonly assumedFrom?: number | undefined;
  /** The seq that the run was due to begin with, where no server says it: the given one, or else the assumed one. */
  readonly from?: number | undefined;
  /** Whether it is known how far the messages were to go: by a count, or by the server. */
  readonly tailKnown: boolean;
  /** The tail that was due and has not arrived yet: its first and last seq. */
  readonly notCome?: { readonly from: number; readonly to: number } | undefined;
  readonly lost: number;
  readonly repeated: number;
  readonly reordered: number;
  /**
   * Messages with the wrong content. Where the server verifies, all messages of blocks that it found wrong despite
   * right seqs: an upper bound.
   */
  readonly corrupt: number;
  /** Messages that do not belong to the stream; only a run with a check of its own can tell. */
  readonly foreign: number;
  /** The stream that the first messages belong to, if none of them is right and trying others found it. */
  readonly resembles?: string | undefined;
  /** How often the connection was re-established. */
  readonly resumes: number;
  readonly blocks: number;
  /** Blocks that the server has neither confirmed nor refuted: the last ones of a run that was stopped. */
  readonly unverifiedBlocks: number;
  readonly durationMs: number;
}

/** The last word on a run. */
export interface Verdict extends RunCounts {
  /**
   * `proved`: everything due came, once, in order, and every block was verified. `unproved`: the run ended as asked,
   * against a server that gives no proof, or before any message came. `interrupted`: stopped before its end, with no
   * fault found. `failed`: anything else; `error` says what.
   */
  readonly verdict: VerdictWord;
  /** Why a run failed, in a sentence. */
  readonly error?: string;
  /** What can be done about it, by the option that does it. */
  readonly advice?: Advice;
  /** Whether it failed because of what came (or did not), and not because of usage or I/O. */
  readonly integrity?: boolean;
  /**
   * Whether what came was compared with the stream, by the server or here. If not, the absence of faults means nothing.
   */
  readonly checked: boolean;
}

/** The facts from which a verdict is drawn. */
export interface RunFacts extends RunCounts {
  /** Whether the server gives proof. */
  readonly provable: boolean;
  /** Whether foreign messages are tolerated. */
  readonly ignoreForeign: boolean;
  /** Blocks found wrong. */
  readonly wrongBlocks: number;
  /** Whether the run was stopped before it ended as asked. */
  readonly stopped: boolean;
  /** What is wrong with the stored log. */
  readonly storeFault?: string | undefined;
  /** What ended the run from outside. */
  readonly error?: string | undefined;
  readonly advice?: Advice | undefined;
  readonly integrity?: boolean;
}

/** The error of a run that failed by its counts alone. */
export const OUT_OF_SEQUENCE = 'messages were lost, repeated or out of order';

/** Draws the verdict. Any doubt that a stop does not explain is a failure. */
export function judge(facts: RunFacts): Verdict {
  const { messages, expected, lost, repeated, reordered, corrupt, resumes } = facts;
  const { blocks, unverifiedBlocks, durationMs, assumedFrom, from, tailKnown, notCome, foreign } = facts;
  const likely = facts.resembles === undefined ? {} : { resembles: facts.resembles };
  const ofMessages = { messages, expected, lost, repeated, reordered, corrupt, foreign, ...likely, resumes };
  const head = assumedFrom === undefined ? {} : { assumedFrom };
  const tail = notCome === undefined ? {} : { notCome };
  const begin = from === undefined ? {} : { from };
  const ends = { ...head, ...begin, tailKnown, ...tail, checked: facts.provable };
  const counts = { ...ofMessages, ...ends, blocks, unverifiedBlocks, durationMs };
  const { error, advice, integrity = false } = facts;
  if (error !== undefined)
    return { verdict: 'failed', ...counts, error, ...(advice === undefined ? {} : { advice }), integrity };
  const fault = firstFault(facts);
  if (fault !== undefined) return { verdict: 'failed', ...counts, error: fault, integrity: true };
  const { storeFault } = facts;
  if (storeFault !== undefined) return { verdict: 'failed', ...counts, error: storeFault, integrity: false };
  if (facts.stopped) return { verdict: 'interrupted', ...counts };
  // Nothing proves nothing.
  return { verdict: facts.provable && messages > 0 ? 'proved' : 'unproved', ...counts };
}

function firstFault(facts: RunFacts): string | undefined {
  const { lost, repeated, reordered, wrongBlocks, unverifiedBlocks, messages, expected } = facts;
  if (!facts.provable) return undefined;
  if (lost + repeated + reordered > 0) return OUT_OF_SEQUENCE;
  if (wrongBlocks > 0)
    return `the server found ${grouped(wrongBlocks)} of ${plural(facts.blocks, 'block')} wrong`;
  if (facts.corrupt > 0) return `${plural(facts.corrupt, 'message')} differed from the stream`;
  if (facts.foreign > 0 && !facts.ignoreForeign) return 'messages came that are none of the stream';
  if (facts.stopped) return undefined;
  if (messages !== expected) return `${plural(messages, 'message')} came, ${grouped(expected)} were due`;
  if (unverifiedBlocks > 0)
    return `the server did not verify ${grouped(unverifiedBlocks)} of ${plural(facts.blocks, 'block')}`;
  return undefined;
}
