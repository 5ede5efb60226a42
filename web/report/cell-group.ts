import type { Analysis, Cell } from '../../src/analysis/run/analysis.ts';
import { paceText } from '../../src/wording/figures.ts';

/** The cells that one chart can show together: those of one stream at one rate. */
export interface CellGroup {
  /** As its charts are called. */
  readonly name: string;
  readonly stream: string;
  readonly rate: number | 'max';
  readonly cells: readonly Cell[];
  /** Rising. */
  readonly blockSizes: readonly number[];
  readonly clients: readonly number[];
}

/** In the order in which the analysis has them; the cells of each by size, then by clients. */
export function cellGroups(analysis: Analysis): readonly CellGroup[] {
  const byKey = new Map<string, Cell[]>();
  for (const cell of analysis.cells) {
    const key = JSON.stringify([cell.stream, cell.rate]);
    const cells = byKey.get(key) ?? [];
    byKey.set(key, cells);
    cells.push(cell);
  }
  const streams = new Set(analysis.cells.map(({ stream }) => stream));
  return [...byKey.values()].flatMap((cells) => {
    const [first] = cells;
    if (first === undefined) return [];
    cells.sort((a, b) => a.block - b.block || a.clients - b.clients);
    const blockSizes = rising(cells.map(({ block }) => block));
    const clients = rising(cells.map((cell) => cell.clients));
    const { stream, rate } = first;
    const name = streams.size > 1 ? groupName(first) : capitalised(rateName(rate));
    return [{ name, stream, rate, cells, blockSizes, clients }];
  });
}

/** `users?seed=7 at full speed`: right without any context. */
export function groupName({ stream, rate }: Pick<CellGroup, 'stream' | 'rate'>): string {
  return `${stream} ${rateName(rate)}`;
}

function rateName(rate: number | 'max'): string {
  return rate === 'max' ? 'at full speed' : `at ${paceText(rate)} to each client`;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function sameGroup(
  a: Pick<CellGroup, 'stream' | 'rate'>,
  b: Pick<CellGroup, 'stream' | 'rate'>,
): boolean {
  return a.stream === b.stream && a.rate === b.rate;
}

/**
 * What stands against a cell's figures: nothing, as a rule. Of a server that gives no proof the figures are as good as any;
 * that nothing is proved stands above them all.
 */
export function faultsOf({
  valid,
  proved,
  provable,
}: Pick<Cell, 'valid' | 'proved' | 'provable'>): readonly string[] {
  return [...(valid ? [] : ['invalid']), ...(proved || !provable ? [] : ['not proved'])];
}

function rising(values: readonly number[]): readonly number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}
