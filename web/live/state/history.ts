import type { Moment, StreamMoment } from '../../../src/server/live/live-line.ts';

/** How far back the page looks. */
export const WINDOW_MS = 300_000;
/** Between two seconds that lie further apart nothing is known. */
const MOST_APART_MS = 1500;

/** The seconds that are known, the oldest first. */
export type History = readonly Moment[];

/** Adds seconds behind those that are known, and forgets those before the window. */
export function addMoments(history: History, seconds: readonly Moment[]): History {
  const first = seconds[0];
  if (first === undefined) return history;
  const before = history.filter(({ at_ms }) => at_ms < first.at_ms);
  const all = [...before, ...seconds];
  const end = all.at(-1)?.at_ms ?? 0;
  return all.filter(({ at_ms }) => at_ms > end - WINDOW_MS);
}

/** A time of which nothing is known. */
export interface Unknown {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The times within the history of which nothing is known, since the server was gone. */
export function unknownTimes(history: History): readonly Unknown[] {
  return history.flatMap(({ at_ms, interval_ms }, i) => {
    const before = history[i - 1];
    if (before === undefined || !isApart(before, at_ms - interval_ms)) return [];
    return [{ fromMs: before.at_ms, toMs: at_ms - interval_ms }];
  });
}

/** More lines than this nobody can tell apart. */
const MOST_STREAMS = 8;

/** Streams by the place that each has kept since it came; a place is free when its stream is not in the history any more. */
export type Places = readonly (string | undefined)[];

/** Places for the streams of a history that sent the most. */
export function placesOf(history: History, before: Places): Places {
  const messages = new Map<string, number>();
  for (const { streams } of history) {
    for (const { stream, messages: count } of streams) {
      messages.set(stream, (messages.get(stream) ?? 0) + count);
    }
  }
  // A stream that has a place keeps it against one that sent a little more.
  const weight = (name: string) => (messages.get(name) ?? 0) * (before.includes(name) ? 1.5 : 1);
  const chosen = [...messages.keys()].sort((a, b) => weight(b) - weight(a)).slice(0, MOST_STREAMS);
  const places = Array.from({ length: MOST_STREAMS }, (_, i) => {
    const name = before[i];
    return name !== undefined && chosen.includes(name) ? name : undefined;
  });
  for (const name of chosen.filter((each) => !places.includes(each)).sort()) {
    places[places.indexOf(undefined)] = name;
  }
  return places;
}

/** What a figure is of one second: of one stream, or of several together; null if there is none. */
export type Reading = (streams: readonly StreamMoment[], seconds: number) => number | null;

/** The readings of the charts. */
export const READINGS: Readonly<Record<'messagesPerSecond' | 'clients' | 'medianMs' | 'p99Ms', Reading>> = {
  messagesPerSecond: (streams, seconds) => sum(streams, ({ messages }) => messages) / seconds,
  clients: (streams) => sum(streams, ({ clients }) => clients),
  // Of several streams that of the one with the most blocks: medians can't be added.
  medianMs: (streams) => busiest(streams)?.block_ms?.median ?? null,
  p99Ms: (streams) => busiest(streams)?.block_ms?.p99 ?? null,
};

/** One figure of one stream over time. */
export interface TimedValue {
  readonly at_ms: number;
  /** NaN where nothing is known: a line breaks there. */
  readonly value: number;
}

/**
 * A line through the seconds in which the stream was there. One of which there is no reading, as where no block ended, is passed
 * over.
 *
 * @param place of the stream in `places`; -1 for all streams that have none
 */
export function valuesOf(history: History, places: Places, place: number, reading: Reading): TimedValue[] {
  return history.flatMap(({ at_ms, interval_ms, streams }, i) => {
    const meant = streams.filter(({ stream }) => isOf(stream, places, place));
    const value = meant.length === 0 ? Number.NaN : reading(meant, Math.max(interval_ms, 1) / 1000);
    const before = history[i - 1];
    const breaks = before !== undefined && isApart(before, at_ms - interval_ms);
    return [
      ...(breaks ? [{ at_ms: before.at_ms + 1, value: Number.NaN }] : []),
      ...(value === null ? [] : [{ at_ms, value }]),
    ];
  });
}

/**
 * Whether anybody was there, or anything happened, since a time.
 *
 * @param place of the stream in `places`; -1 for all streams that have none
 */
export function isActive(history: History, places: Places, place: number, sinceMs: number): boolean {
  return history.some(
    ({ at_ms, streams }) =>
      at_ms >= sinceMs &&
      streams.some(
        ({ stream, clients, messages, blocks }) =>
          isOf(stream, places, place) && clients + messages + blocks > 0,
      ),
  );
}

function isOf(stream: string, places: Places, place: number): boolean {
  return place < 0 ? !places.includes(stream) : stream === places[place];
}

function isApart(before: Moment, beginMs: number): boolean {
  return beginMs - before.at_ms >= MOST_APART_MS;
}

function sum(streams: readonly StreamMoment[], of: (stream: StreamMoment) => number): number {
  return streams.reduce((all, stream) => all + of(stream), 0);
}

function busiest(streams: readonly StreamMoment[]): StreamMoment | undefined {
  const timed = streams.filter(({ block_ms }) => block_ms !== null);
  return timed.sort((a, b) => b.blocks - a.blocks)[0];
}
