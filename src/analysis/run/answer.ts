import {
  durationText,
  grouped,
  intervalText,
  paceText,
  percentText,
  plural,
  rateText,
  streamText,
} from '../../wording/figures.ts';
import { isRefused } from '../estimate/estimate.ts';
import { effectSize } from '../significance/effect-size.ts';
import type { BlockTimeModel, Cell, Models, ReportedEstimate, ScalabilityModel } from './analysis.ts';
import { type CellData, isSound, isUsable } from './cell-data.ts';
import { kneeSentences } from './knee-sentences.ts';

/** A spread is wide if the largest repeat is this many times the smallest. */
const WIDE_SPREAD = 2;

/**
 * The answer in sentences: what a block costs, what more clients do to it, and where throughput bends. It covers cells
 * with usable figures only.
 */
export function answerOf(
  cells: readonly Cell[],
  data: readonly CellData[],
  models: Models,
  plain: boolean,
): string[] {
  const streams = new Set(cells.map(({ stream }) => stream));
  const sound = cells.filter(isUsable);
  const soundData = data.filter(isSound);
  const sentences = groupsOf(sound).flatMap(({ stream, rate }) => {
    const of = streams.size > 1 ? ` of ${streamText(stream)}` : '';
    const same = <T extends { readonly stream: string; readonly rate: number | 'max' }>(
      items: readonly T[],
    ) => items.filter((item) => item.stream === stream && item.rate === rate);
    return rate === 'max'
      ? fullSpeedSentences(
          plain ? 'At the pace of the server' : 'At full speed',
          of,
          same(soundData),
          same(models.block_time),
          same(models.scalability),
          same(sound),
        )
      : pacedSentences(of, rate, same(sound));
  });
  return [
    ...withoutProofSentences(cells),
    ...sentences,
    ...spreadSentences(soundData),
    ...bundledSentences(sound),
    ...healthSentences(cells),
  ];
}

function fullSpeedSentences(
  pace: string,
  of: string,
  data: readonly CellData[],
  blockTime: readonly BlockTimeModel[],
  scalability: readonly ScalabilityModel[],
  cells: readonly Cell[],
): string[] {
  const costs = costSentences(pace, of, blockTime);
  return [
    ...onlySentences(pace, of, cells),
    ...costs.told,
    ...clientsSentences(of, data),
    ...peakSentences(of, cells),
    ...kneeSentences(of, scalability, cells),
    ...costs.refused, // what can't be said follows what can
  ];
}

/** For a run without anything to compare. */
function onlySentences(pace: string, of: string, cells: readonly Cell[]): string[] {
  const [only, ...others] = cells;
  if (only?.interval_ms == null || others.length > 0) return [];
  const { block, clients, interval_ms, msgs_per_s } = only;
  const interval = intervalText(interval_ms.ci_low, interval_ms.ci_high, durationText);
  return [
    `${pace} with ${plural(clients, 'client')}, a block of ${grouped(block)}${of} takes ${durationText(interval_ms.mean)} (95 % interval ${interval}): ${rateText(msgs_per_s)} messages a second in all.`,
  ];
}

function costSentences(
  pace: string,
  of: string,
  models: readonly BlockTimeModel[],
): { readonly told: readonly string[]; readonly refused: readonly string[] } {
  const told: string[] = [];
  const refused: string[] = [];
  const ends = [
    models.find(({ clients }) => clients !== null),
    models.filter(({ clients }) => clients !== null).at(-1),
  ];
  for (const model of new Set(ends)) {
    if (model === undefined || model.clients === null) continue;
    const who = `with ${plural(model.clients, 'client')}`;
    if (isRefused(model.fit)) {
      refused.push(
        `What a block${of} costs ${who} can't be put as fixed and per message: ${model.fit.refused}.`,
      );
      continue;
    }
    const { fixed_ms: fixed, per_message_ms: each } = model.fit;
    told.push(
      `${pace} ${who}, a block${of} costs a fixed ${durationText(fixed.value)} (95 % interval ${rangeText(fixed)}) and ${durationText(each.value)} per message (${rangeText(each)}).`,
    );
  }
  return { told, refused };
}

/** The middle block size, with the most clients against the fewest. */
function clientsSentences(of: string, data: readonly CellData[]): string[] {
  const sizes = [...new Set(data.map(({ block }) => block))].sort((a, b) => a - b);
  const size = sizes[Math.floor(sizes.length / 2)];
  const same = data.filter((cell) => cell.block === size && cell.blockTimes().length > 0);
  const [fewest] = same;
  const most = same.at(-1);
  if (size === undefined || fewest === undefined || most === undefined || fewest === most) return [];
  const times = (cell: CellData) => cell.blockTimes().map(({ timeMs }) => timeMs);
  const { ratio } = effectSize(times(fewest), times(most));
  if (ratio === undefined) return [];
  const interval =
    times(fewest).length > 1
      ? ` (${percentText(ratio.level)} interval ${intervalText(ratio.low, ratio.high, (value) => value.toPrecision(3))})`
      : '';
  const than = fewest.clients === 1 ? 'with one' : `with ${fewest.clients}`;
  return [
    `With ${plural(most.clients, 'client')} a block of ${grouped(size)}${of} takes ${ratio.value.toPrecision(3)} times as long as ${than}${interval}.`,
  ];
}

function peakSentences(of: string, cells: readonly Cell[]): string[] {
  const best = cells.reduce<Cell | undefined>(
    (most, cell) => (most === undefined || cell.msgs_per_s > most.msgs_per_s ? cell : most),
    undefined,
  );
  if (best === undefined || cells.length < 2) return [];
  return [
    `Most went through${of} with blocks of ${grouped(best.block)} and ${plural(best.clients, 'client')}: ${rateText(best.msgs_per_s)} messages a second in all.`,
  ];
}

function pacedSentences(of: string, rate: number, cells: readonly Cell[]): string[] {
  const largest = cells.filter(({ interval_ms }) => interval_ms !== null).at(-1);
  if (largest?.interval_ms == null) return [];
  const { block, clients, interval_ms, latency_ms, clock_error_ms } = largest;
  const dueMs = (block * 1000) / rate;
  const off = Math.abs(interval_ms.mean - dueMs) / dueMs;
  const late =
    latency_ms === null
      ? []
      : [
          `Its last message came ${durationText(latency_ms.p50)} after it was due in the median, ${durationText(latency_ms.p99)} at the 99th percentile (clocks ± ${durationText(clock_error_ms ?? 0)}).`,
        ];
  return [
    `At ${paceText(rate)} with ${plural(clients, 'client')}, a block of ${grouped(block)}${of} takes ${durationText(interval_ms.mean)}, where the rate says ${durationText(dueMs)}: ${percentText(off)} off.`,
    ...late,
  ];
}

/** Where repeats differ so much that an interval alone would not make it clear. */
function spreadSentences(data: readonly CellData[]): string[] {
  const spreads = data.map(({ block, clients, rate, measurements }) => {
    const each = measurements.map(({ cell }) => cell.msgs_per_s);
    return { block, clients, rate, least: Math.min(...each), most: Math.max(...each) };
  });
  const wide = spreads.filter(({ least, most }) => most > WIDE_SPREAD * least);
  const [widest] = wide.toSorted((a, b) => b.most / b.least - a.most / a.least);
  if (widest === undefined) return [];
  const { block, clients, rate, least, most } = widest;
  return [
    `In ${grouped(wide.length)} of ${plural(data.length, 'cell')} repeats of the same thing are more than ${WIDE_SPREAD} times apart, most with blocks of ${grouped(block)} and ${plural(clients, 'client')} at ${rate === 'max' ? 'full speed' : paceText(rate)}: from ${rateText(least)} to ${rateText(most)} messages a second. Something else used the machine, or it has more than one speed.`,
  ];
}

/**
 * Blocks that came in one read share one time of arrival, and so have a block time of 0, which must not be mistaken for
 * a time.
 */
function bundledSentences(cells: readonly Cell[]): string[] {
  const bundled = cells.filter(({ interval_ms }) => interval_ms?.p50 === 0).length;
  if (bundled === 0) return [];
  const where = cells.length === 1 ? '' : `In ${grouped(bundled)} of ${plural(cells.length, 'cell')} `;
  return [
    sentence(
      `${where}most blocks came in one read with the block before, so that no time between them can be told: there the mean says what a block takes, and a quantile of 0 says nothing.`,
    ),
  ];
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** It comes first, because everything after it is about messages that may be anything. */
function withoutProofSentences(cells: readonly Cell[]): string[] {
  const unprovable = cells.filter(({ provable }) => !provable).length;
  if (unprovable === 0) return [];
  const which =
    unprovable === cells.length ? '' : ` in ${grouped(unprovable)} of ${plural(cells.length, 'cell')}`;
  return [
    `NOT PROVED${which}: the server gives no proof, so messages may be lost, repeated, out of order or wrong. The figures are of what came.`,
  ];
}

function healthSentences(cells: readonly Cell[]): string[] {
  const invalid = cells.filter(({ valid }) => !valid).length;
  const unproved = cells.filter(({ proved }) => !proved).length;
  const failed = cells.filter(({ proved, provable }) => provable && !proved).length;
  const all = plural(cells.length, 'cell');
  return [
    ...(failed > 0
      ? [
          `${failed} of ${all} ${failed === 1 ? 'is' : 'are'} NOT PROVED: messages were lost, repeated, out of order or wrong, or nobody said that they were right.`,
        ]
      : []),
    ...(invalid > 0
      ? [
          `${grouped(invalid)} of ${all} ${invalid === 1 ? 'is' : 'are'} invalid, for the reasons beside ${invalid === 1 ? 'it' : 'them'}, and left out of all of the above.`,
        ]
      : []),
    ...(unproved === 0 && cells.length > 0
      ? [`Every block of ${cells.length === 1 ? 'the cell' : `all ${all}`} was proved.`]
      : []),
  ];
}

function rangeText({ low, high }: ReportedEstimate): string {
  return high === null ? `${durationText(low)} to no bound` : intervalText(low, high, durationText);
}

function groupsOf(cells: readonly Cell[]): { readonly stream: string; readonly rate: number | 'max' }[] {
  const seen = new Map(cells.map(({ stream, rate }) => [`${stream} ${rate}`, { stream, rate }]));
  return [...seen.values()];
}
