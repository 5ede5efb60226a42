import type { Presence } from '../../../src/server/clients/presence.ts';
import { type ClientCondition, conditionOf } from './client-condition.ts';

/** Seconds in a sparkline. */
export const SPARK_SECONDS = 60;
/** A client that is gone for less keeps its sparkline. */
const REMEMBERED_MS = 60_000;

/** A client, and what its lines say together. */
export interface RosterEntry {
  readonly presence: Presence;
  readonly condition: ClientCondition;
  /** Messages a second, the newest last; null where it was not there, or nothing is known. */
  readonly rates: readonly (number | null)[];
  /** When its cursor moved last. */
  readonly movedMs: number;
  /** When it was last seen. */
  readonly seenMs: number;
}

export interface KnownRoster {
  /** In the order in which they came. */
  readonly here: ReadonlyMap<string, RosterEntry>;
  /** Those that left less than a minute ago. */
  readonly gone: ReadonlyMap<string, RosterEntry>;
}

export const NO_ROSTER: KnownRoster = { here: new Map(), gone: new Map() };

/** The roster a second later. */
export function nextRoster(
  { here, gone }: KnownRoster,
  presences: readonly Presence[],
  atMs: number,
): KnownRoster {
  const next = new Map(
    presences.map((presence) => {
      const { name } = presence;
      return [name, nextEntry(here.get(name) ?? gone.get(name), presence, atMs)];
    }),
  );
  const left = [...gone, ...here].filter(
    ([name, { seenMs }]) => !next.has(name) && seenMs > atMs - REMEMBERED_MS,
  );
  return { here: next, gone: new Map(left) };
}

function nextEntry(before: RosterEntry | undefined, presence: Presence, atMs: number): RosterEntry {
  const { cursor, from, since } = presence;
  const sinceMs = Date.parse(since);
  const isSame = before !== undefined && before.presence.since === since;
  const fromMs = isSame ? before.seenMs : sinceMs;
  const moved = isSame ? cursor - before.presence.cursor : cursor - from;
  const seconds = (atMs - fromMs) / 1000;
  // One that has long been there when it is first seen has no rate yet; of less than half a second a rate says little.
  const isKnown = (isSame || seconds <= 2) && seconds >= 0.5;
  const rate = isKnown ? Math.max(moved, 0) / seconds : null;
  const movedMs = isSame && moved === 0 ? before.movedMs : atMs;
  const missed = before === undefined ? 0 : Math.round((atMs - before.seenMs) / 1000) - 1;
  const blank = Array.from({ length: Math.min(Math.max(missed, 0), SPARK_SECONDS) }, () => null);
  return {
    presence,
    condition: conditionOf(presence, atMs - movedMs),
    rates: [...(before?.rates ?? []), ...blank, rate].slice(-SPARK_SECONDS),
    movedMs,
    seenMs: atMs,
  };
}
