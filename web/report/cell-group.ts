import type { Analysis, Cell } from '../../src/analysis/analysis.ts';
import { rateText } from './number-text.ts';

/** The cells that one chart can show together: those of one stream at one rate. */
export interface CellGroup {
  readonly stream: string;
  readonly rate: number | 'max';
  readonly cells: readonly Cell[];
  /** Rising. */
  readonly blocks: readonly number[];
  readonly clients: readonly number[];
}

/** In the order in which the analysis has them. */
export function cellGroups(analysis: Analysis): readonly CellGroup[] {
  const byKey = new Map<string, Cell[]>();
  for (const cell of analysis.cells) {
    const key = JSON.stringify([cell.stream, cell.rate]);
    const cells = byKey.get(key) ?? [];
    byKey.set(key, cells);
    cells.push(cell);
  }
  return [...byKey.values()].flatMap((cells) => {
    const [first] = cells;
    if (first === undefined) return [];
    const blocks = rising(cells.map(({ block }) => block));
    const clients = rising(cells.map((cell) => cell.clients));
    return [{ stream: first.stream, rate: first.rate, cells, blocks, clients }];
  });
}

/** `users?seed=7 at max`. */
export function groupName({ stream, rate }: Pick<CellGroup, 'stream' | 'rate'>): string {
  return rate === 'max' ? `${stream} at max` : `${stream} at ${rateText(rate)} to each client`;
}

export function sameGroup(
  a: Pick<CellGroup, 'stream' | 'rate'>,
  b: Pick<CellGroup, 'stream' | 'rate'>,
): boolean {
  return a.stream === b.stream && a.rate === b.rate;
}

function rising(values: readonly number[]): readonly number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}
