import type { CheckedReceipts } from '../../../src/server/clients/counts.ts';
import type { Departure } from '../../../src/server/clients/presence.ts';
import type { LiveLine, LiveOpening, LiveSecond, Mark, Moment } from '../../../src/server/live/live-line.ts';
import { addMoments, type History, type Places, placesOf } from './history.ts';
import { type KnownRoster, NO_ROSTER, nextRoster } from './roster.ts';
import { addLines, NOTHING_SAID, type Said } from './said.ts';
import { addMarks } from './time-marks.ts';

const MOST_DEPARTURES = 100;

/** All that the page knows of the server. Lines of the server are folded into it, and what is drawn is drawn from it. */
export interface LiveState {
  readonly server: Pick<LiveOpening, 'version' | 'started' | 'chaos' | 'dismisses'> | null;
  /** The version of the server that the page came from. */
  readonly pageVersion: string | null;
  readonly history: History;
  readonly places: Places;
  readonly marks: readonly Mark[];
  readonly roster: KnownRoster;
  /** How many clients there are, listed or not. */
  readonly clients: number;
  /** Which of several members the last line is without. */
  readonly missing: readonly string[];
  /** Those that left, the newest first. */
  readonly left: readonly Departure[];
  readonly said: Said;
  /** What the server has checked since it began; null if that is not known yet. */
  readonly receipts: CheckedReceipts | null;
}

export const NOTHING_KNOWN: LiveState = {
  server: null,
  pageVersion: null,
  history: [],
  places: [],
  marks: [],
  roster: NO_ROSTER,
  clients: 0,
  missing: [],
  left: [],
  said: NOTHING_SAID,
  receipts: null,
};

export function foldLine(state: LiveState, line: LiveLine): LiveState {
  return line.type === 'opening' ? open(state, line) : addSecond(state, line);
}

/** An opening says again what the page may know from an earlier connection: what is new lies behind that, if the server is the same. */
function open(state: LiveState, opening: LiveOpening): LiveState {
  const { version, started, chaos, dismisses, verified, mismatched } = opening;
  const isSame = state.server?.started === started;
  const knownMs = isSame ? (state.history.at(-1)?.at_ms ?? 0) : 0;
  const isNew = ({ at_ms }: { readonly at_ms: number }) => at_ms > knownMs;
  const before = isSame ? state.left : [];
  const isKnown = (departure: Departure) =>
    before.some(({ name, left }) => name === departure.name && left === departure.left);
  return {
    ...state,
    server: { version, started, chaos, dismisses },
    pageVersion: state.pageVersion ?? version,
    ...withSeconds(state, opening.seconds),
    receipts: { verified, mismatched },
    marks: addMarks(state.marks, opening.marks.filter(isNew)),
    left: [...opening.left.filter((departure) => !isKnown(departure)), ...state.left].slice(
      0,
      MOST_DEPARTURES,
    ),
    said: addLines(state.said, opening.feed.filter(isNew), 0, knownMs),
  };
}

function addSecond(state: LiveState, second: LiveSecond): LiveState {
  const { at_ms, interval_ms, clients, streams, roster, left, feed, feed_omitted, marks } = second;
  const { verified, mismatched, missing = [] } = second;
  return {
    ...state,
    missing,
    receipts: { verified, mismatched },
    ...withSeconds(state, [{ at_ms, interval_ms, clients, streams }]),
    clients,
    roster: nextRoster(state.roster, roster, at_ms),
    left: [...left.toReversed(), ...state.left].slice(0, MOST_DEPARTURES),
    marks: addMarks(state.marks, marks),
    said: addLines(state.said, feed, feed_omitted, at_ms),
  };
}

function withSeconds(state: LiveState, seconds: readonly Moment[]): Pick<LiveState, 'history' | 'places'> {
  const history = addMoments(state.history, seconds);
  return { history, places: placesOf(history, state.places) };
}
