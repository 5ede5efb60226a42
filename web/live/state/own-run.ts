import type { BlockEvent, ClientEvent, EndEvent } from '../../../src/client/run/client-event.ts';
import { receiptSentence } from '../../../src/session/receipt.ts';

/** More than can be looked through. */
const MOST_BLOCKS = 200;

/** A block that this tab took. */
export interface OwnBlock
  extends Pick<BlockEvent, 'block' | 'from' | 'to' | 'elapsed_ms' | 'crc32' | 'interrupted'> {
  /** What the tab told the server. */
  readonly sentence: string;
  /** What the server found: it compares the block with what it sent. */
  readonly verdict: 'waiting' | 'verified' | 'wrong';
  /** Arrival - when its last message was due; null if that is not known. */
  readonly lateMs: number | null;
}

/** What is known of this tab as a client. */
export interface OwnRun {
  readonly phase: 'connecting' | 'taking' | 'away' | 'over';
  readonly client: string;
  readonly stream: string;
  /** The newest first. */
  readonly blocks: readonly OwnBlock[];
  readonly messages: number;
  readonly verified: number;
  readonly wrong: number;
  readonly resumes: number;
  /** Lost, repeated and reordered ranges. */
  readonly findings: number;
  /** Why it is away. */
  readonly reason: string;
  readonly end: EndEvent | null;
}

export const NO_RUN: OwnRun = {
  ...{
    phase: 'connecting',
    client: '',
    stream: '',
    blocks: [],
    messages: 0,
    verified: 0,
    wrong: 0,
    resumes: 0,
  },
  ...{ findings: 0, reason: '', end: null },
};

export function foldEvent(run: OwnRun, event: ClientEvent): OwnRun {
  switch (event.event) {
    case 'start':
      return { ...run, client: event.client };
    case 'connected':
      return { ...run, phase: 'taking', stream: event.stream ?? '' };
    case 'resumed':
      return { ...run, phase: 'taking', resumes: run.resumes + 1 };
    case 'disconnected':
      return { ...run, phase: 'away', reason: event.reason };
    case 'block':
      return addBlock(run, event);
    case 'timed':
      // An answer speaks for all blocks up to its own that have none yet, as after an outage.
      return judged(timed(run, event.block, event.latency_ms), 'verified', (block) => block <= event.block);
    case 'mismatch':
      return judged(run, 'wrong', (block) => block === event.block);
    case 'finding':
      return { ...run, findings: run.findings + 1 };
    case 'end': {
      const isAll = event.unverified_blocks === 0;
      return { ...(isAll ? judged(run, 'verified', () => true) : run), phase: 'over', end: event };
    }
    default:
      return run;
  }
}

function addBlock(run: OwnRun, event: BlockEvent): OwnRun {
  const { block, from, to, count, elapsed_ms, crc32, interrupted } = event;
  const sentence = receiptSentence(run.client, block, elapsed_ms);
  const added: OwnBlock = {
    ...{ block, from, to, elapsed_ms, crc32, interrupted, sentence },
    ...{ verdict: 'waiting', lateMs: null },
  };
  return {
    ...run,
    messages: run.messages + count,
    blocks: [added, ...run.blocks].slice(0, MOST_BLOCKS),
  };
}

function timed(run: OwnRun, number: number, lateMs: number | null): OwnRun {
  const blocks = run.blocks.map((each) => (each.block === number ? { ...each, lateMs } : each));
  return { ...run, blocks };
}

/** Those that wait get their verdict. */
function judged(run: OwnRun, verdict: 'verified' | 'wrong', isMeant: (block: number) => boolean): OwnRun {
  let count = 0;
  const blocks = run.blocks.map((each) => {
    if (each.verdict !== 'waiting' || !isMeant(each.block)) return each;
    count++;
    return { ...each, verdict };
  });
  return { ...run, blocks, [verdict]: run[verdict] + count };
}
