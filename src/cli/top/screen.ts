import { durationText, grouped, plural, rateText } from '../../wording/figures.ts';
import { partialText } from '../../wording/partial.ts';
import { cellsOf, cut, cutInside, fitted } from '../output/cells.ts';
import type { Controls, OnScreen } from './controls.ts';
import type { SeenMark } from './live-schema.ts';
import type { LiveView } from './live-view.ts';
import type { Paint } from './paint.ts';
import { ageText, filtered, measuredRate, ROSTER_COLUMNS, sorted, type TopColumn } from './roster-columns.ts';
import { rosterTable } from './roster-table.ts';
import { BLOCK_SECONDS, type StreamTotals, totalsByStream, totalsOf } from './totals.ts';

export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

/** How it stands with the connection to the server. */
export type WatchLink =
  | { readonly state: 'connecting' }
  | { readonly state: 'connected' /** Of the last outage, for a while. */; readonly told?: string }
  | { readonly state: 'away'; readonly reason: string };

/** What is shown, besides how the user wants it. */
export interface Shown {
  /** The server's address. */
  readonly url: string;
  readonly view: LiveView;
  readonly link: WatchLink;
}

/** A screen: its lines, each of at most its width; and what keys depend on. */
export interface Screen extends OnScreen {
  readonly lines: readonly string[];
}

const MOST_STREAMS = 6;
const MOST_MARKS = 3;
/** Clients that are to be seen before streams and marks take room. */
const LEAST_CLIENTS = 8;

/** Lays out the screen. */
export function screenOf(shown: Shown, controls: Controls, size: ScreenSize, paint: Paint): Screen {
  const { view, link } = shown;
  const { columns: width, rows: height } = size;
  const title = titleLine(shown, controls, width, paint);
  const found = filtered(view.roster, controls.filter);
  const column = ROSTER_COLUMNS.find(({ id }) => id === controls.column);
  const roster =
    column === undefined
      ? controls.reversed
        ? found.toReversed()
        : found
      : sorted(found, column, controls.reversed);
  const head = [title, ...totalLines(view, paint), linkLine(link, paint)];
  // Head, heading and foot there always are; all else if clients have enough room.
  let room = height - head.length - 2;
  const wanted = Math.min(LEAST_CLIENTS, Math.max(1, roster.length));
  const streams = streamLines(totalsByStream(view.moments), width, paint, room - wanted);
  room -= streams.length;
  const marks = markLines(view.marks, paint, Math.min(MOST_MARKS, room - wanted - 1));
  room = Math.max(0, room - marks.length);
  const offset = Math.max(0, Math.min(controls.offset, roster.length - room));
  const page = roster.slice(offset, offset + room);
  const table = rosterTable(page, roster, { width, column, reversed: controls.reversed, paint });
  const body = [...table.lines];
  if (roster.length === 0) body.push(paint.dim(emptyText(view, controls)));
  const filler = Array.from({ length: Math.max(0, room + 1 - body.length) }, () => '');
  const foot = footLine(shown, controls, { found: roster.length, offset, room, column, width }, paint);
  const roomForBody = Math.max(0, height - 1);
  const above = controls.help
    ? [title, ...helpLines(paint)]
    : [...head, ...streams, ...body, ...filler, ...marks];
  while (above.length < roomForBody) above.push('');
  const lines = [...above.slice(0, roomForBody), foot];
  return {
    lines: lines.map((line) => cut(line, width)),
    ...{ columns: table.columns.map(({ id }) => id), page: room, rows: roster.length },
  };
}

/** The same as text, for whoever has no terminal: all clients, and all of their columns. */
export function textOf(shown: Shown, paint: Paint): string[] {
  const { view } = shown;
  const title = `tidemark top  ${shown.url}${serverText(view)}`;
  const streams = streamLines(totalsByStream(view.moments), Number.POSITIVE_INFINITY, paint, 1000);
  const options = { width: Number.POSITIVE_INFINITY, column: undefined, reversed: false, paint };
  const { lines } = rosterTable(view.roster, view.roster, options);
  return [title, ...totalLines(view, paint), '', ...streams, ...lines].map((line) => line.trimEnd());
}

function titleLine({ url, view }: Shown, { paused }: Controls, width: number, paint: Paint): string {
  const mark = paused ? ' PAUSED ' : '';
  const left = `${paint.bold('tidemark top')}  ${url}${paint.dim(serverText(view))}`;
  return paused ? `${fitted(left, width - mark.length)}${paint.inverse(mark)}` : left;
}

function serverText({ version, startedMs, moments, chaos, missing }: LiveView): string {
  if (version === '') return '';
  const upMs = (moments.at(-1)?.at_ms ?? startedMs) - startedMs;
  const up = Number.isFinite(upMs) ? `, up ${ageText(Math.max(0, upMs))}` : '';
  const partial = missing.length === 0 ? '' : `, ${partialText(missing)}`;
  return `  server ${version}${up}${chaos === null ? '' : `, chaos ${chaos}`}${partial}`;
}

function totalLines(view: LiveView, paint: Paint): string[] {
  const { messagesPerSecond, bytesPerSecond, blocksPerSecond, mismatched, blockMs } = totalsOf(view.moments);
  const figure = (value: string, unit: string) => `${paint.bold(value)} ${unit}`;
  const wrong = figure(grouped(mismatched), 'wrong');
  const figures = [
    figure(grouped(view.clients), view.clients === 1 ? 'client' : 'clients'),
    figure(rateText(measuredRate(messagesPerSecond)), 'messages/s'),
    figure(megabytesText(bytesPerSecond), 'MB/s'),
    figure(rateText(measuredRate(blocksPerSecond)), 'blocks/s'),
    mismatched > 0 ? paint.red(wrong) : wrong,
  ];
  const times =
    blockMs === undefined
      ? `no block in the last ${BLOCK_SECONDS} s`
      : `${figure(durationText(blockMs.median), 'median')}, ${figure(durationText(blockMs.p99), 'p99')}`;
  return [figures.join('   '), `block time  ${times}`];
}

function megabytesText(bytesPerSecond: number): string {
  const megabytes = bytesPerSecond / 1e6;
  return megabytes >= 100 ? grouped(Math.round(megabytes)) : megabytes.toFixed(megabytes >= 10 ? 1 : 2);
}

function linkLine(link: WatchLink, paint: Paint): string {
  if (link.state === 'away') return paint.red(`not connected: ${link.reason}; tries until it is back`);
  if (link.state === 'connecting') return paint.dim('connecting');
  return link.told === undefined ? '' : paint.green(link.told);
}

/** A line for each stream, and what is above and below; none if there is no more than one, or no room. */
function streamLines(all: readonly StreamTotals[], width: number, paint: Paint, room: number): string[] {
  const most = Math.min(MOST_STREAMS, room - 2);
  if (all.length < 2 || most < 2) return [];
  const shown = all.slice(0, all.length > most ? most - 1 : most);
  const rows = shown.map((each) => [
    each.stream,
    ...[grouped(each.clients), rateText(measuredRate(each.messagesPerSecond))],
    ...[megabytesText(each.bytesPerSecond), rateText(measuredRate(each.blocksPerSecond))],
    ...[grouped(each.mismatched), each.blockMs === undefined ? '–' : durationText(each.blockMs.median)],
    each.blockMs === undefined ? '–' : durationText(each.blockMs.p99),
  ]);
  const heading = ['by stream', 'clients', 'msg/s', 'MB/s', 'blocks/s', 'wrong', 'median', 'p99'];
  const widths = heading.map((name, index) =>
    Math.max(name.length, ...rows.map((row) => cellsOf(row[index] ?? ''))),
  );
  const others = widths.slice(1).reduce((sum, each) => sum + each + 2, 0);
  widths[0] = Math.min(widths[0] ?? 0, Math.max(10, width - others));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, index) => fitted(cutInside(cell, widths[index] ?? 0), widths[index] ?? 0, index > 0))
      .join('  ')
      .trimEnd();
  const more =
    all.length > shown.length ? [paint.dim(`… and ${plural(all.length - shown.length, 'stream')} more`)] : [];
  const lines = rows.map((row) => (row[5] === '0' ? line(row) : paint.red(line(row))));
  return [paint.underline(line(heading)), ...lines, ...more, ''];
}

const MARK_COLOURS: Readonly<Record<string, 'red' | 'yellow' | 'green' | 'magenta' | 'cyan'>> = {
  ...{ mismatch: 'red', lost: 'yellow', resume: 'green', fault: 'magenta', started: 'cyan' },
};

/** The last that stood out, the newest at the bottom, below an empty line. */
function markLines(marks: readonly SeenMark[], paint: Paint, room: number): string[] {
  if (room < 1 || marks.length === 0) return [];
  const lines = marks.slice(-room).map(({ at_ms, kind, client, text }) => {
    const who = client === null || text.includes(client) ? '' : `${client}: `;
    return `${paint.dim(timeOfDay(at_ms))} ${paint[MARK_COLOURS[kind] ?? 'cyan'](kind.padEnd(8))} ${who}${text}`;
  });
  return ['', ...lines];
}

function timeOfDay(wallMs: number): string {
  const time = new Date(wallMs);
  return Number.isNaN(time.getTime()) ? '--:--:--' : time.toISOString().slice(11, 19);
}

function emptyText({ moments, roster, clients }: LiveView, { filter }: Controls): string {
  if (filter !== '' && roster.length > 0) return 'no client has this in its name, stream or address';
  if (clients > 0) return 'the list of clients comes with the next second';
  return moments.length === 0 ? '' : 'nobody is connected';
}

function footLine(
  { view }: Shown,
  controls: Controls,
  at: {
    readonly found: number;
    readonly offset: number;
    readonly room: number;
    readonly column: TopColumn | undefined;
    readonly width: number;
  },
  paint: Paint,
): string {
  const all = view.roster.length;
  const listed = view.clients > all ? `, ${grouped(view.clients)} in all` : '';
  const count = controls.filter === '' && !controls.typing ? plural(all, 'client') : `${at.found} of ${all}`;
  const last = Math.min(at.offset + at.room, at.found);
  const part = at.found > at.room && at.room > 0 ? `, ${at.offset + 1} to ${last}` : '';
  const right = `${count}${listed}${part}`;
  const order = `by ${at.column?.id ?? 'arrival'}${controls.reversed ? ' reversed' : ''}`;
  const left = controls.typing
    ? `filter: ${controls.filter}${paint.inverse(' ')}  Enter keeps it, Esc clears it`
    : [
        controls.filter === '' ? '/ filter' : `/${controls.filter} (Esc clears)`,
        ...[`s sort (${order})`, 'r reverse', 'p pause', '? help', 'q quit'],
      ].join('  ');
  return `${paint.dim(fitted(left, at.width - cellsOf(right) - 2))}  ${right}`;
}

const KEYS = [
  ['/', 'filter (name, stream, carriage); Enter keeps, Esc clears'],
  ['s  < >  ← →', 'sort by the next column, or the one before'],
  ['r', 'reverse the order'],
  ['p  space', 'pause: what is shown stays, while all is counted'],
  ['↑ ↓ PgUp PgDn Home End', 'scroll'],
  ['Ctrl-L', 'draw again'],
  ['q  Ctrl-C', 'quit'],
] as const;

const KEY_CELLS = 24;

function helpLines(paint: Paint): string[] {
  const line = (name: string, meaning: string) => `${paint.bold(name.padEnd(KEY_CELLS))}${meaning}`;
  return [
    ...KEYS.map(([name, meaning]) => line(name, meaning)),
    paint.underline('columns, as many as there is room for'),
    ...ROSTER_COLUMNS.map(({ id, meaning }) => line(id, meaning)),
  ];
}
