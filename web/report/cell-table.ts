import type { Cell, Quantity } from '../../src/analysis/run/analysis.ts';
import { intervalText, NONE, shortText, sizeText, tableText } from '../element/number-text.ts';
import { type Column, table } from '../element/table.ts';
import { type CellGroup, faultsOf, groupName } from './cell-group.ts';

const KEYS: readonly Column<Cell>[] = [
  {
    heading: 'Block',
    kind: 'key',
    text: (cell) => `${faultsOf(cell).length === 0 ? '' : '✕ '}${shortText(cell.block)}`,
  },
  { heading: 'Clients', kind: 'key', text: ({ clients }) => shortText(clients) },
];

/** Every number of every cell, in tables that fit a page. */
export function cellTables(groups: readonly CellGroup[]): readonly HTMLElement[] {
  const latency = 'arrival of a block’s last message';
  return [
    quantityTable(
      'Block time: the end of a block − the end of the block before it (ms)',
      groups,
      (cell) => cell.interval_ms,
    ),
    quantityTable('Elapsed: last arrival − first arrival of a block (ms)', groups, (cell) => cell.elapsed_ms),
    quantityTable(
      `Latency: ${latency} − when it was due (ms); each is right to ± the clock error`,
      groups,
      (cell) => cell.latency_ms,
      [CLOCK_ERROR],
    ),
    quantityTable(
      `Latency from send: ${latency} − when the server handed it to its socket (ms); each is right to ± the clock error`,
      groups,
      (cell) => cell.latency_from_send_ms,
      [CLOCK_ERROR],
    ),
    cellTable('Throughput of all clients together, and how evenly they were served', groups, THROUGHPUT),
    cellTable('Health of the tool: the worst second of any process', groups, HEALTH),
    cellTable('What was measured, and whether it counts', groups, VALIDITY),
  ];
}

function cellTable(
  caption: string,
  groups: readonly CellGroup[],
  columns: readonly Column<Cell>[],
): HTMLElement {
  const rows = groups.map((group) => ({ heading: groupName(group), rows: group.cells }));
  return table(caption, [...KEYS, ...columns], rows, { isMarked });
}

/** A group in which no cell has the quantity is one line. */
function quantityTable(
  caption: string,
  groups: readonly CellGroup[],
  of: (cell: Cell) => Quantity | null,
  more: readonly Column<Cell>[] = [],
): HTMLElement {
  const rows = groups.map((group) =>
    group.cells.some((cell) => of(cell) !== null)
      ? { heading: groupName(group), rows: group.cells }
      : { heading: `${groupName(group)}: none in any cell`, rows: [] },
  );
  const instead = (cell: Cell) => (of(cell) === null ? 'None.' : null);
  return table(caption, [...KEYS, ...quantityColumns(of), ...more], rows, { isMarked, instead });
}

function isMarked(cell: Cell): boolean {
  return faultsOf(cell).length > 0;
}

const CLOCK_ERROR: Column<Cell> = {
  heading: '± clock',
  text: ({ clock_error_ms }) => tableText(clock_error_ms),
};

const THROUGHPUT: readonly Column<Cell>[] = [
  { heading: 'Mean', unit: 'messages/s', text: ({ msgs_per_s }) => tableText(msgs_per_s) },
  {
    heading: '95 % interval',
    unit: 'messages/s',
    text: ({ msgs_per_s_low: low, msgs_per_s_high: high }) => intervalText(low, high),
  },
  { heading: 'Payload', unit: 'a second', text: ({ bytes_per_s }) => sizeText(bytes_per_s) },
  {
    heading: 'Slowest client',
    unit: 'messages/s',
    text: ({ fairness }) => tableText(fairness.min_msgs_per_s),
  },
  {
    heading: 'Fastest client',
    unit: 'messages/s',
    text: ({ fairness }) => tableText(fairness.max_msgs_per_s),
  },
  { heading: 'Jain’s index', text: ({ fairness }) => fairness.jain.toFixed(4) },
];

const HEALTH: readonly Column<Cell>[] = [
  { heading: 'Server CPU', unit: '% of a core', text: ({ tool }) => tableText(tool.server_cpu_percent) },
  { heading: 'Client CPU', unit: '% of a core', text: ({ tool }) => tableText(tool.client_cpu_percent) },
  { heading: 'Server loop lag', unit: 'ms', text: ({ tool }) => tableText(tool.server_loop_lag_ms) },
  { heading: 'Client loop lag', unit: 'ms', text: ({ tool }) => tableText(tool.client_loop_lag_ms) },
  {
    heading: 'Server memory',
    text: ({ tool }) => (tool.server_rss_bytes === null ? NONE : sizeText(tool.server_rss_bytes)),
  },
];

const VALIDITY: readonly Column<Cell>[] = [
  { heading: 'Repeats', text: ({ repeats }) => shortText(repeats) },
  { heading: 'Blocks', text: ({ blocks }) => shortText(blocks) },
  { heading: 'Messages', text: ({ messages }) => shortText(messages) },
  { heading: 'Resumes', text: ({ resumes }) => shortText(resumes) },
  { heading: 'Valid', kind: 'words', text: ({ valid }) => (valid ? 'yes' : 'NO') },
  { heading: 'Proved', kind: 'words', text: ({ proved }) => (proved ? 'yes' : 'NO') },
  { heading: 'Reasons', kind: 'prose', text: ({ reasons }) => reasons.join('; ') },
];

function quantityColumns(of: (cell: Cell) => Quantity | null): readonly Column<Cell>[] {
  const number = (heading: string, key: 'p50' | 'p90' | 'p99' | 'max' | 'mean'): Column<Cell> => ({
    heading,
    text: (cell) => tableText(of(cell)?.[key] ?? null),
  });
  return [
    number('p50', 'p50'),
    number('p90', 'p90'),
    number('p99', 'p99'),
    {
      heading: '95 % interval of p99',
      text: (cell) => {
        const { p99_low = null, p99_high = null } = of(cell) ?? {};
        if (p99_low === null) return NONE;
        return p99_high === null ? `at least ${tableText(p99_low)}` : intervalText(p99_low, p99_high);
      },
    },
    number('max', 'max'),
    number('mean', 'mean'),
    {
      heading: '95 % interval of the mean',
      text: (cell) => intervalText(of(cell)?.ci_low ?? null, of(cell)?.ci_high ?? null),
    },
    { heading: 'from', kind: 'words', text: (cell) => of(cell)?.ci_basis ?? '' },
  ];
}
