import type { EventFault, MessageFault, PathFault } from '../chaos/fault/fault-spec.ts';
import {
  BLOCK_MESSAGES,
  bytesPerSecond,
  connectMs,
  firstOutage,
  longestBlockMs,
  medianBlockMs,
  mismatches,
  type Observation,
  type Over,
  PER_SECOND,
  serverFoundSilence,
} from './observation.ts';

/** A fault to plant, and what must be reported. */
export interface FaultCase {
  readonly fault:
    | MessageFault
    | EventFault
    | 'cut-again'
    | PathFault
    | 'delay'
    | 'jitter'
    | 'bandwidth'
    | 'slow-reader'
    | 'slice'
    | 'none';
  readonly chaos: string;
  /** What it can be planted over. @default each carriage */
  readonly over?: readonly Over[];
  /** What must be reported, for people. */
  readonly expected: string;
  /** What was reported, for people. */
  readonly reported: (observation: Observation) => string;
  /** Whether that is the fault, and nothing else. */
  readonly caught: (observation: Observation) => boolean;
}

/** The data message at which a fault is planted, counted from 1, and its seq. */
const MESSAGE = 50;
const SEQ = MESSAGE - 1;
const STALL_MS = 600;
/** A busy client sees the beginning of the block late, and so less of the stall. */
const LEAST_STALL_MS = 400;
const DELAY_MS = 150;
const JITTER_MS = 300;
/** From the first message of a block to its last, each arriving when it is due. */
const BLOCK_MS = ((BLOCK_MESSAGES - 1) * 1000) / PER_SECOND;
const BYTES_PER_SECOND = 100_000;
/** A path that becomes slow may first let this much more through at once. */
const SLACK = 1.3;
const NO_CLOSE_CODE = 1006;
const RESTART = 1012;

const COUNTS = ['lost', 'repeated', 'reordered', 'corrupt'] as const;
type Count = (typeof COUNTS)[number];

/** The faults that can be planted over a carriage. */
export function faultCases(carriage: Over): readonly FaultCase[] {
  return FAULT_CASES.filter(({ over }) => over?.includes(carriage) ?? true);
}

export const FAULT_CASES: readonly FaultCase[] = [
  { ...clean('none', ''), expected: 'nothing', caught: isUntouched },
  onMessage('drop', 'lost', { seq: SEQ }),
  onMessage('repeat', 'repeated', { seq: SEQ }),
  onMessage('swap', 'reordered', { seq: SEQ }),
  onMessage('flip', 'corrupt', { seq: SEQ }),
  onMessage('truncate', 'corrupt', { seq: SEQ }),
  onPath('cut', 'an outage without a close code, then resumed', isCutOff),
  onPath(
    'close',
    'an outage with close code 1012, then resumed',
    (seen) => firstOutage(seen)?.code === RESTART,
  ),
  {
    ...onPath('cut', 'two outages without a close code, no message between them, then resumed', isCutOff, 2),
    fault: 'cut-again',
    chaos: `cut=@${MESSAGE},cut=@1/2`,
  },
  onEventId('no-id', `an event came without an id, and its message has the seq ${SEQ}`),
  onEventId('same-id', `an event has the id "${SEQ - 1}", and its message has the seq ${SEQ}`),
  {
    ...onPath('half-open', 'silence found by both ends, then resumed', (seen) => {
      return (firstOutage(seen)?.reason.includes('heartbeats') ?? false) && serverFoundSilence(seen);
    }),
    over: ['websocket'],
  },
  {
    ...onPath('half-open', 'silence found by the client, then resumed', (seen) => {
      return (firstOutage(seen)?.reason.includes('heartbeats') ?? false) && !serverFoundSilence(seen);
    }),
    over: ['events', 'lines'], // which bring their client signs of life, and the server none
  },
  {
    ...clean('stall', `stall=@${MESSAGE}:${STALL_MS}ms`),
    expected: `a block that took ${LEAST_STALL_MS} ms or more`,
    reported: (seen) => `the slowest block took ${Math.round(longestBlockMs(seen))} ms`,
    caught: (seen) => isClean(seen) && seen.planted.length === 1 && longestBlockMs(seen) >= LEAST_STALL_MS,
  },
  {
    ...clean('delay', `delay=${DELAY_MS}ms`),
    expected: `a connection that took ${2 * DELAY_MS} ms or more`,
    reported: (seen) => `connecting took ${Math.round(connectMs(seen))} ms`,
    caught: (seen) => isClean(seen) && connectMs(seen) >= 2 * DELAY_MS,
  },
  {
    ...clean('jitter', `jitter=${JITTER_MS}ms`),
    expected: `bunches: half of the blocks within ${BLOCK_MS / 2} ms, not ${BLOCK_MS} ms`,
    reported: (seen) => `half of the blocks within ${medianBlockMs(seen).toFixed(1)} ms`,
    caught: (seen) => isUntouched(seen) && medianBlockMs(seen) <= BLOCK_MS / 2,
  },
  slow('bandwidth'),
  slow('slow-reader'),
  { ...clean('slice', 'slice=1'), expected: 'nothing', caught: isUntouched },
];

/** An end without a close code, but not because of silence. */
function isCutOff(seen: Observation): boolean {
  const { code, reason = '' } = firstOutage(seen) ?? {};
  return code === NO_CLOSE_CODE && !reason.includes('heartbeats');
}

/** Whether the run, and its log, have no fault at all. */
function isClean(seen: Observation): boolean {
  return (
    seen.verdict.verdict === 'proved' &&
    seen.log.verdict === 'proved' &&
    mismatches(seen) === 0 &&
    seen.verdict.resumes === 0
  );
}

function isUntouched(seen: Observation): boolean {
  return isClean(seen) && seen.planted.length === 0;
}

function clean(fault: FaultCase['fault'], chaos: string): Pick<FaultCase, 'fault' | 'chaos' | 'reported'> {
  return {
    fault,
    chaos,
    reported: ({ verdict }) => (verdict.verdict === 'proved' ? 'nothing' : (verdict.error ?? '')),
  };
}

/** Damage to one message: the client, the check of its log and the server must each find it, and nothing else. */
function onMessage(fault: MessageFault, count: Count, { seq }: { seq: number }): FaultCase {
  return {
    fault,
    chaos: `${fault}=@${MESSAGE}`,
    expected: `${count} 1: seq ${seq}`,
    reported: ({ verdict, findings }) => {
      const counts = COUNTS.filter((each) => verdict[each] > 0).map((each) => `${each} ${verdict[each]}`);
      const seqs = findings.map(({ from, to }) => (from === to ? `${from}` : `${from} to ${to}`));
      return counts.length === 0 ? 'nothing' : `${counts.join(', ')}: seq ${seqs.join(', ')}`;
    },
    caught: (seen) => {
      const { verdict, log, findings, planted } = seen;
      const [finding] = findings;
      const isAlone = COUNTS.every(
        (each) => verdict[each] === (each === count ? 1 : 0) && log[each] === verdict[each],
      );
      const isThere =
        findings.length === 1 && finding?.kind === count && finding.from === seq && finding.to === seq;
      return (
        planted.length === 1 && isAlone && isThere && verdict.verdict === 'failed' && mismatches(seen) > 0
      );
    },
  };
}

/** A fault of the connection: it is reported as what it is, and costs no message. */
function onPath(
  fault: PathFault | EventFault,
  expected: string,
  told: (seen: Observation) => boolean,
  outages = 1,
): FaultCase {
  return {
    fault,
    chaos: `${fault}=@${MESSAGE}`,
    expected,
    reported: (seen) => {
      const outage = firstOutage(seen);
      if (outage === undefined) return 'no outage';
      const reason = outage.reason === '' ? `close code ${outage.code}` : outage.reason;
      const ends = serverFoundSilence(seen) ? ' (both ends)' : '';
      const { verdict, resumes } = seen.verdict;
      return `${reason}${ends}, resumes ${resumes}, ${verdict}`;
    },
    caught: (seen) => {
      const { verdict, log, planted } = seen;
      const isWhole = verdict.verdict === 'proved' && log.verdict === 'proved' && verdict.resumes === outages;
      return planted.length === outages && isWhole && told(seen);
    },
  };
}

/** An event whose id is not that of its message: the client ends a connection on which it can't go on from there. */
function onEventId(fault: EventFault, reason: string): FaultCase {
  const told = (seen: Observation) => firstOutage(seen)?.reason === reason;
  return { ...onPath(fault, `${reason}; then resumed`, told), over: ['events'] };
}

function slow(fault: 'bandwidth' | 'slow-reader'): FaultCase {
  return {
    ...clean(fault, `${fault}=${BYTES_PER_SECOND / 1000}kB`),
    expected: `no more than ${BYTES_PER_SECOND / 1000} kB/s`,
    reported: (seen) => `${Math.round(bytesPerSecond(seen) / 1000)} kB/s`,
    caught: (seen) => isClean(seen) && bytesPerSecond(seen) <= SLACK * BYTES_PER_SECOND,
  };
}
