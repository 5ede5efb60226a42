import * as v from 'valibot';
import type { Presence } from '../../server/clients/presence.ts';
import type { LiveOpening, LiveSecond, Mark, Moment } from '../../server/live/live-line.ts';
import { printable } from '../../wording/printable.ts';

/** The part of a server's lines that is shown. Texts in them are safe to print. */
export type SeenLine = SeenOpening | SeenSecond;
export interface SeenOpening extends Pick<LiveOpening, 'type' | 'version' | 'started' | 'chaos' | 'seconds'> {
  readonly marks: readonly SeenMark[];
}
export interface SeenSecond
  extends Pick<LiveSecond, 'type' | 'at_ms' | 'interval_ms' | 'clients' | 'streams'> {
  readonly missing?: readonly string[] | undefined;
  readonly roster: readonly SeenClient[];
  readonly marks: readonly SeenMark[];
}

/** A newer server may know carriages, and kinds of marks, that are unknown here. */
export interface SeenClient extends Omit<Presence, 'carriage'> {
  readonly carriage: string;
}
export interface SeenMark extends Omit<Mark, 'kind'> {
  readonly kind: string;
}

/** The server is who it says it is, and yet what it passes on is others': names, streams and texts. */
const text = v.pipe(v.string(), v.transform(printable));
const figure = v.pipe(v.number(), v.finite());
const maybe = v.nullable(figure);

const moment = v.object({
  at_ms: figure,
  interval_ms: figure,
  clients: figure,
  streams: v.array(
    v.object({
      ...{ stream: text, clients: figure, messages: figure, bytes: figure },
      ...{ blocks: figure, mismatched: figure },
      block_ms: v.nullable(v.object({ median: figure, p99: figure })),
    }),
  ),
});

const presence: v.GenericSchema<unknown, SeenClient> = v.object({
  ...{ name: text, stream: text, carriage: text },
  ...{ from: figure, cursor: figure, rate: v.union([figure, v.literal('max')]) },
  ...{ blocks: figure, verified: figure, mismatched: figure },
  ...{ lag_ms: maybe, last_block_ms: maybe, late_ms: maybe, address: v.nullable(text), since: text },
});

const mark: v.GenericSchema<unknown, SeenMark> = v.object({
  at_ms: figure,
  kind: text,
  client: v.nullable(text),
  text,
});

const seconds: v.GenericSchema<unknown, Moment[]> = v.array(moment);
const line: v.GenericSchema<unknown, SeenLine> = v.variant('type', [
  v.object({
    ...{ type: v.literal('opening'), version: text, started: text, chaos: v.nullable(text) },
    ...{ seconds, marks: v.array(mark) },
  }),
  v.object({
    ...{ type: v.literal('second'), ...moment.entries },
    ...{ roster: v.array(presence), marks: v.array(mark), missing: v.optional(v.array(text)) },
  }),
]);

/** Reads one line of `GET /live`. @returns why it can't be, as the end of a sentence, if it is none */
export function seenLine(json: string): SeenLine | string {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return 'a line that is not JSON';
  }
  const read = v.safeParse(line, value);
  if (read.success) return read.output;
  const [issue] = read.issues;
  const where = v.getDotPath(issue);
  return `a line that is not as agreed${where === null ? '' : ` at ${printable(where)}`}`;
}
