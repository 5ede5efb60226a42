import { plural, rateText } from '../../wording/figures.ts';
import { LEAST_POINTS } from '../model/knee.ts';
import type { Cell, ScalabilityModel } from './analysis.ts';

/** Below this share of the knee's throughput, throughput has fallen, and not just stayed. */
const FALLEN = 0.9;

/** Where throughput bends, and what it does beyond. @param cells valid and proved, in the order of clients */
export function kneeSentences(
  of: string,
  models: readonly ScalabilityModel[],
  cells: readonly Cell[],
): string[] {
  const knees = models.flatMap(({ block, knee_clients }) =>
    knee_clients === null ? [] : [{ block, knee_clients }],
  );
  const largest = knees.at(-1);
  if (largest === undefined) return withoutKneeSentences(of, models, cells);
  const { block, knee_clients } = largest;
  return [
    `The knee${of} is at ${plural(knee_clients, 'client')} for blocks of ${block}: beyond it ${beyondText(cells.filter((cell) => cell.block === block && cell.clients >= knee_clients))}, and each waits longer.`,
  ];
}

/**
 * Without a knee, throughput may rise in step with clients, or hardly at all: the ends of the largest block's curve
 * tell which.
 */
function withoutKneeSentences(
  of: string,
  models: readonly ScalabilityModel[],
  cells: readonly Cell[],
): string[] {
  const size = models.at(-1)?.block;
  const same = cells.filter((cell) => cell.block === size);
  const [fewest] = same;
  const most = same.at(-1);
  if (fewest === undefined || most === undefined || same.length < LEAST_POINTS) return [];
  const speed = ({ msgs_per_s, clients }: Cell) =>
    `${rateText(msgs_per_s)} messages a second with ${plural(clients, 'client')}`;
  return [
    `Throughput${of} has no knee that the repeats bear: blocks of ${fewest.block} make ${speed(fewest)}, ${speed(most)}.`,
  ];
}

/** @param cells from the knee on, in the order of clients */
function beyondText(cells: readonly Cell[]): string {
  const [knee] = cells;
  const last = cells.at(-1);
  return knee !== undefined && last !== undefined && last.msgs_per_s < FALLEN * knee.msgs_per_s
    ? `throughput falls, from ${rateText(knee.msgs_per_s)} to ${rateText(last.msgs_per_s)} messages a second with ${plural(last.clients, 'client')}`
    : 'throughput does not rise in step with more clients';
}
