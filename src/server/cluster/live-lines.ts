import { sumOfTimes } from '../clients/block-times.ts';
import { MOST_STREAMS } from '../clients/counts.ts';
import type { StreamTaken } from '../clients/stream-counts.ts';
import {
  type Happened,
  type LiveOpening,
  type LiveSecond,
  type Moment,
  streamMoment,
} from '../live/live-line.ts';
import type { TakenSecond } from '../live/pulse.ts';
import type { Round } from './cluster.ts';
import { inOrder, MOST_LISTED, placed } from './listing.ts';
import type { BeforeQuestion, SinceQuestion } from './question.ts';

/** Of all members together, as of one. */
const MOST_SECONDS = 300;
const MOST_MARKS = 20;
const MOST_OLD_MARKS = 200;
const MOST_LINES = 50;
const MOST_LEFT = 100;

type Before = Round<BeforeQuestion>;
type Since = Round<SinceQuestion>;

/**
 * Merges what has been at each member; the first is the one that is watched.
 *
 * @param until the number of the last second that was told
 */
export function openingOf(
  { answers, missing }: Before,
  until: number,
): Omit<LiveOpening, 'type' | 'version' | 'chaos' | 'dismisses'> & Pick<LiveOpening, 'missing'> {
  const all = answers.map(({ answer }) => answer);
  const alone = all.length === 1;
  const seconds = all.map((each) => each.seconds.filter(({ number }) => number <= until));
  const left = placed(answers, (answer) => answer.left);
  return {
    started: all.map(({ started }) => started).sort()[0] ?? '',
    seconds: sameSeconds(seconds).slice(-MOST_SECONDS).map(momentOf),
    ...receiptsOf(all),
    feed: byTime(all.map(({ feed }) => feed)).slice(-MOST_LINES),
    marks: byTime(all.map(({ marks }) => marks)).slice(-MOST_OLD_MARKS),
    left: (alone ? left : left.sort((a, b) => inOrder(b.left, a.left))).slice(0, MOST_LEFT),
    ...missingOf(missing),
  };
}

/**
 * Merges what happened lately at each member into one second; the first is the one that is watched.
 *
 * @param clients how many a member had when it was last heard of, where it has no new second
 */
export function secondOf(
  { answers, missing }: Since,
  clients: (member: string) => number,
): Omit<LiveSecond, 'type'> {
  const all = answers.map(({ answer }) => answer);
  const taken = answers.map(({ member, answer }) => {
    const here = summed(answer.seconds);
    return here ?? { ...NOTHING, clients: clients(member.id) };
  });
  const [own = NOTHING] = taken;
  const roster = placed(answers, (answer) => answer.roster);
  const left = placed(answers, (answer) => answer.left);
  if (answers.length > 1) {
    roster.sort((a, b) => inOrder(a.since, b.since));
    left.sort((a, b) => inOrder(a.left, b.left));
  }
  return {
    ...momentOf(added(own, taken.slice(1))),
    ...receiptsOf(all),
    ...happenedOf(all.flatMap(({ happened }) => happened)),
    roster: roster.slice(0, MOST_LISTED),
    left: left.slice(-MOST_LEFT),
    ...missingOf(missing),
  };
}

const NOTHING: TakenSecond = { number: 0, at_ms: 0, interval_ms: 0, clients: 0, streams: [] };

/** Nothing is said of members where there are no others. */
function missingOf(missing: readonly string[]): Pick<LiveSecond, 'missing'> {
  return missing.length === 0 ? {} : { missing };
}

function receiptsOf(all: readonly { readonly verified: number; readonly mismatched: number }[]) {
  return {
    verified: all.reduce((sum, { verified }) => sum + verified, 0),
    mismatched: all.reduce((sum, { mismatched }) => sum + mismatched, 0),
  };
}

function happenedOf(all: readonly Happened[]): Happened {
  const feed = byTime(all.map((each) => each.feed));
  const shown = feed.slice(-MOST_LINES);
  return {
    feed: shown,
    feed_omitted: all.reduce((sum, each) => sum + each.feed_omitted, feed.length - shown.length),
    marks: byTime(all.map(({ marks }) => marks)).slice(0, MOST_MARKS),
  };
}

function byTime<T extends { readonly at_ms: number }>(lists: readonly (readonly T[])[]): T[] {
  const all = lists.flat();
  return lists.length > 1 ? all.sort((a, b) => a.at_ms - b.at_ms) : all;
}

/** The same second of several members as one, the oldest first. */
function sameSeconds(lists: readonly (readonly TakenSecond[])[]): readonly TakenSecond[] {
  const [own = [], ...others] = lists;
  if (others.length === 0) return own;
  const byNumber = new Map<number, TakenSecond[]>();
  for (const second of lists.flat()) {
    const same = byNumber.get(second.number);
    if (same === undefined) byNumber.set(second.number, [second]);
    else same.push(second);
  }
  const numbers = [...byNumber.keys()].sort((a, b) => a - b);
  return numbers.flatMap((number) => {
    const [first, ...rest] = byNumber.get(number) ?? [];
    return first === undefined ? [] : added(first, rest);
  });
}

/** Several seconds of one member as one. */
function summed(seconds: readonly TakenSecond[]): TakenSecond | undefined {
  const last = seconds.at(-1);
  if (last === undefined || seconds.length === 1) return last;
  return {
    ...last,
    interval_ms: seconds.reduce((sum, { interval_ms }) => sum + interval_ms, 0),
    // How many clients a stream has now, the last second says.
    streams: streamsOf(
      seconds,
      (stream) => last.streams.find((each) => each.stream === stream)?.clients ?? 0,
    ),
  };
}

/** A second of one member, and what happened at others in the same time. */
function added(own: TakenSecond, others: readonly TakenSecond[]): TakenSecond {
  if (others.length === 0) return own;
  return {
    ...own,
    clients: others.reduce((sum, { clients }) => sum + clients, own.clients),
    streams: streamsOf([own, ...others]),
  };
}

/** @param clientsOf how many clients a stream has. @default the sum over all seconds */
function streamsOf(
  seconds: readonly TakenSecond[],
  clientsOf?: (stream: string) => number,
): readonly StreamTaken[] {
  const byName = new Map<string, StreamTaken[]>();
  for (const taken of seconds.flatMap(({ streams }) => streams)) {
    const name = byName.has(taken.stream) || byName.size < MOST_STREAMS ? taken.stream : kindOf(taken.stream);
    const same = byName.get(name);
    if (same === undefined) byName.set(name, [taken]);
    else same.push(taken);
  }
  return [...byName].map(([stream, same]) => ({
    stream,
    clients: clientsOf?.(stream) ?? sumOf(same, ({ clients }) => clients),
    messages: sumOf(same, ({ messages }) => messages),
    bytes: sumOf(same, ({ bytes }) => bytes),
    blocks: sumOf(same, ({ blocks }) => blocks),
    mismatched: sumOf(same, ({ mismatched }) => mismatched),
    times: sumOfTimes(same.map(({ times }) => times)),
  }));
}

function sumOf(all: readonly StreamTaken[], read: (taken: StreamTaken) => number): number {
  return all.reduce((sum, each) => sum + read(each), 0);
}

/** Where streams are counted for which there is no room. */
function kindOf(stream: string): string {
  return stream.endsWith('…') ? stream : `${stream.split('?')[0]}…`;
}

function momentOf({ at_ms, interval_ms, clients, streams }: TakenSecond): Moment {
  return { at_ms, interval_ms, clients, streams: streams.map(streamMoment) };
}
