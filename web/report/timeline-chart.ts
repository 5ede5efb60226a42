import * as Plot from '@observablehq/plot';
import type { Timeline } from '../../src/analysis/run/analysis.ts';
import { durationText, paceText, plural, rateText } from '../../src/wording/figures.ts';
import { bottomAxis, leftAxis, MARGIN_BOTTOM_PX, MARGIN_LEFT_PX, OWN_AXIS } from '../chart/axis-marks.ts';
import { logDomain, logTicks } from '../chart/log-axis.ts';
import { shortText } from '../element/number-text.ts';
import { type CellGroup, sameGroup } from './cell-group.ts';
import { type Chart, PAPER_PX } from './chart-figure.ts';

const TOP_PX = 60;
/** Narrower bands bear no name. */
const LEAST_NAMED_BAND_PX = 200;

/** Messages a second over the run, in one chart for each stream and rate: what another measured is left blank. */
export function timelineCharts(whole: Timeline, groups: readonly CellGroup[]): readonly Chart[] {
  const ends = [...whole.cells.map(({ to_s }) => to_s), ...whole.seconds.map(({ at_s }) => at_s)];
  const end = ends.reduce((latest, at) => Math.max(latest, at), 0);
  if (end === 0) return [];
  return groups.map((group, i) => {
    // What belongs to no measurement is shown in the first chart, so that nothing is left out.
    const isOwn = (at: number) => {
      const band = bandAt(whole.cells, at);
      return band === undefined ? i === 0 : sameGroup(band, group);
    };
    const own = {
      cells: whole.cells.filter((cell) => sameGroup(cell, group)),
      seconds: whole.seconds.filter(({ at_s }) => isOwn(at_s)),
      outages: whole.outages.filter(({ at_s }) => isOwn(at_s)),
      losses: whole.losses.filter(({ at_s }) => isOwn(at_s)),
    };
    return { title: group.name, notes: notesOf(own), printWidthPx: PAPER_PX, draw: timeline(own, end) };
  });
}

/** The measurement that was under way, or had just ended: its last second ends after it. */
function bandAt(cells: readonly Band[], at: number): Band | undefined {
  return cells.findLast(({ from_s }) => from_s < at);
}

interface TimelineStep {
  readonly at_s: number;
  readonly msgs_per_s: number;
  readonly band: number;
}

/** Each second as a step that goes from its beginning to its end, and a line for each measurement. */
function stepsOf({ cells, seconds }: Pick<Timeline, 'cells' | 'seconds'>): readonly TimelineStep[] {
  return seconds.flatMap((second, i) => {
    const band = cells.findLastIndex(({ from_s }) => from_s < second.at_s);
    const before = seconds[i - 1]?.at_s ?? 0;
    const startS = Math.max(second.at_s - 1, before, cells[band]?.from_s ?? 0);
    return [
      { ...second, at_s: startS, band },
      { ...second, band },
    ];
  });
}

function timeline({ cells, seconds, outages, losses }: Timeline, end: number): Chart['draw'] {
  const yDomain = logDomain(
    seconds.map(({ msgs_per_s }) => msgs_per_s),
    10,
    1.5,
  );
  const steps = stepsOf({ cells, seconds });
  return (width) => {
    const scale = (width - MARGIN_LEFT_PX - 8) / end;
    const isNamed = ({ from_s, to_s }: Band) => (to_s - from_s) * scale >= LEAST_NAMED_BAND_PX;
    const crossed = cells.filter((cell) => !cell.valid && !isNamed(cell));
    const named = cells.filter(isNamed);
    return Plot.plot({
      width,
      height: 250,
      marginTop: TOP_PX,
      marginLeft: MARGIN_LEFT_PX,
      marginRight: 8,
      marginBottom: MARGIN_BOTTOM_PX,
      x: { domain: [0, end], ...OWN_AXIS },
      y: { type: 'log', domain: yDomain, clamp: true, ...OWN_AXIS },
      marks: [
        Plot.rect(cells, {
          x1: 'from_s',
          x2: 'to_s',
          y1: yDomain[0],
          y2: yDomain[1],
          fill: 'var(--band)',
          title: bandTitle,
        }),
        bottomAxis({ label: 'Time since the start', ticks: timeTicks(end, width), text: clockText }),
        leftAxis({ label: 'Messages a second, all clients', ticks: logTicks(yDomain), text: rateText }),
        Plot.line(steps, {
          x: 'at_s',
          y: ({ msgs_per_s }) => (msgs_per_s > 0 ? msgs_per_s : Number.NaN),
          z: 'band',
          stroke: 'var(--series-5)',
          strokeWidth: 2,
          pointerEvents: 'none',
        }),
        Plot.dot(crossed, {
          x: ({ from_s, to_s }) => (from_s + to_s) / 2,
          y: yDomain[1],
          dy: -6,
          symbol: 'times',
          stroke: 'var(--bad)',
          strokeWidth: 1.5,
          r: 3,
          title: bandTitle,
        }),
        Plot.text(named, {
          x: 'from_s',
          y: yDomain[1],
          text: (band: Band) => `${band.valid ? '' : '✕ '}${bandName(band)}`,
          textAnchor: 'start',
          dy: -8,
          fill: 'var(--muted)',
        }),
        Plot.rect(outages, {
          x1: 'at_s',
          x2: ({ at_s, outage_ms }) => at_s + outage_ms / 1000,
          y1: yDomain[0],
          y2: yDomain[1],
          fill: 'var(--bad)',
          fillOpacity: 0.25,
        }),
        Plot.ruleX(outages, { x: 'at_s', stroke: 'var(--bad)', strokeDasharray: '3 2', insetTop: -18 }),
        Plot.dot(outages, {
          x: 'at_s',
          y: yDomain[1],
          dy: -22,
          symbol: 'triangle',
          rotate: 180,
          fill: 'var(--bad)',
          r: 4,
          title: ({ client, outage_ms, at_s }) =>
            `client ${client} without its server for ${durationText(outage_ms)} from ${clockText(at_s)}`,
        }),
        Plot.ruleX(losses, { x: 'at_s', stroke: 'var(--bad)', insetTop: -18 }),
        Plot.dot(losses, {
          x: 'at_s',
          y: yDomain[1],
          dy: -22,
          symbol: 'diamond',
          fill: 'var(--bad)',
          r: 4,
          title: ({ agent, reason, at_s }) => `agent ${agent} lost at ${clockText(at_s)}: ${reason}`,
        }),
      ],
    });
  };
}

type Band = Timeline['cells'][number];

function bandName({ block, clients, rate }: Band): string {
  return `block of ${shortText(block)}, ${plural(clients, 'client')}, ${paceText(rate)}`;
}

function bandTitle(band: Band): string {
  const { stream, repeat, valid } = band;
  return `${bandName(band)}, repeat ${repeat}\n${stream}${valid ? '' : '\nINVALID'}`;
}

function notesOf({ cells, outages, losses }: Timeline): string[] {
  const invalid = cells.filter(({ valid }) => !valid).length;
  const longest = Math.max(0, ...outages.map(({ outage_ms }) => outage_ms));
  const notes = [
    ...(invalid > 0 ? [`✕ ${plural(invalid, 'invalid measurement')}`] : []),
    outages.length === 0
      ? 'No client lost its server'
      : `▼ ${plural(outages.length, 'outage')}, the longest ${durationText(longest)}`,
    ...(losses.length > 0 ? [`◆ ${plural(losses.length, 'agent')} lost`] : []),
  ];
  return [`${notes.join(' · ')}.`];
}

const STEPS_S = [1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21_600, 86_400];

function timeTicks(end: number, width: number): number[] {
  const most = Math.max(2, Math.floor((width - MARGIN_LEFT_PX) / 70));
  const step = STEPS_S.find((one) => end / one <= most) ?? Math.ceil(end / most);
  return Array.from({ length: Math.floor(end / step) + 1 }, (_, i) => i * step);
}

/** `0:07`, `12:30`, `1:05:00`. */
function clockText(seconds: number): string {
  const whole = Math.floor(seconds);
  const two = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}
