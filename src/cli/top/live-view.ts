import type { Moment } from '../../server/live/live-line.ts';
import type { SeenClient, SeenLine, SeenMark, SeenSecond } from './live-schema.ts';

/** A client as it is shown. */
export interface WatchedClient extends SeenClient {
  /** How fast its cursor went of late; null until that can be told. */
  readonly messages_per_s: number | null;
  /** How long it has been on this connection, by the server's clock; null if that can't be told. */
  readonly age_ms: number | null;
}

/** What is known of a server by now. */
export interface LiveView {
  readonly version: string;
  /** When the server began, in milliseconds since 1970. */
  readonly startedMs: number;
  readonly chaos: string | null;
  /** The seconds of the last minutes, the oldest first. */
  readonly moments: readonly Moment[];
  readonly clients: number;
  /** Which of several members the last second is without. */
  readonly missing: readonly string[];
  readonly roster: readonly WatchedClient[];
  /** The last that stood out, the oldest first. */
  readonly marks: readonly SeenMark[];
  /** Where each client's cursor was in the last seconds. */
  readonly paths: ReadonlyMap<string, CursorPath>;
}

interface CursorPath {
  /** Tells its connection from the one before. */
  readonly since: string;
  readonly points: readonly { readonly atMs: number; readonly cursor: number }[];
}

export const NOTHING_SEEN: LiveView = {
  ...{ version: '', startedMs: Number.NaN, chaos: null, moments: [], clients: 0, missing: [] },
  ...{ roster: [], marks: [], paths: new Map() },
};

const MOST_MOMENTS = 300;
const MOST_MARKS = 20;
/** Seconds over which a client's rate is taken: in fewer, one of a message every few seconds would flicker. */
const PATH_POINTS = 6;

/** The view with one more line. */
export function withLine(view: LiveView, line: SeenLine): LiveView {
  if (line.type === 'second') return withSecond(view, line);
  const { version, started, chaos, seconds, marks } = line;
  const lastMs = view.moments.at(-1)?.at_ms ?? Number.NEGATIVE_INFINITY;
  return {
    ...view,
    ...{ version, chaos, startedMs: Date.parse(started) },
    clients: seconds.at(-1)?.clients ?? view.clients,
    moments: [...view.moments, ...seconds.filter(({ at_ms }) => at_ms > lastMs)].slice(-MOST_MOMENTS),
    marks: [...view.marks, ...marks.filter((mark) => !view.marks.some((known) => isSame(known, mark)))].slice(
      -MOST_MARKS,
    ),
  };
}

function withSecond(view: LiveView, line: SeenSecond): LiveView {
  const { at_ms, interval_ms, clients, streams, roster, marks, missing = [] } = line;
  const paths = new Map(roster.map((each) => [each.name, pathOf(view.paths.get(each.name), each, at_ms)]));
  return {
    ...view,
    moments: [...view.moments, { at_ms, interval_ms, clients, streams }].slice(-MOST_MOMENTS),
    ...{ clients, missing, paths },
    roster: roster.map((each) => {
      const age = at_ms - Date.parse(each.since);
      return {
        ...each,
        messages_per_s: rateOf(paths.get(each.name)),
        age_ms: Number.isFinite(age) ? Math.max(0, age) : null,
      };
    }),
    marks: [...view.marks, ...marks].slice(-MOST_MARKS),
  };
}

function pathOf(before: CursorPath | undefined, { since, cursor }: SeenClient, atMs: number): CursorPath {
  const points = before?.since === since ? before.points : [];
  return { since, points: [...points, { atMs, cursor }].slice(-PATH_POINTS) };
}

function rateOf(path: CursorPath | undefined): number | null {
  const [first, last] = [path?.points[0], path?.points.at(-1)];
  if (first === undefined || last === undefined || last.atMs <= first.atMs) return null;
  return ((last.cursor - first.cursor) / (last.atMs - first.atMs)) * 1000;
}

function isSame(a: SeenMark, b: SeenMark): boolean {
  return a.at_ms === b.at_ms && a.kind === b.kind && a.client === b.client;
}
