import type { Cell, Quantity } from '../../src/analysis/analysis.ts';
import { type CellGroup, groupName } from './cell-group.ts';
import { intervalText, NONE, shortText, sizeText, tableText } from './number-text.ts';
import { type Column, table } from './table.ts';

const KEYS: readonly Column<Cell>[] = [
  { heading: 'Block', kind: 'key', text: ({ block, valid }) => `${valid ? '' : '✕ '}${shortText(block)}` },
  { heading: 'Clients', kind: 'key', text: ({ clients }) => shortText(clients) },
];

/** Every number of every cell, in tables that fit a page. */
export function cellTables(groups: readonly CellGroup[]): readonly HTMLElement[] {
  const rows = groups.map((group) => ({ heading: groupName(group), rows: group.cells }));
  const isMarked = ({ valid, proved }: Cell) => !valid || !proved;
  return [
    [
      'Block time: the end of a block − the end of the block before it (ms)',
      quantityColumns((cell) => cell.interval_ms),
    ],
    ['Elapsed: last arrival − first arrival of a block (ms)', quantityColumns((cell) => cell.elapsed_ms)],
    [
      'Latency: arrival of a block’s last message − when it was due (ms); each is right to ± the clock error',
      [...quantityColumns((cell) => cell.latency_ms), CLOCK_ERROR],
    ],
    [
      'Latency from send: arrival of a block’s last message − when the server handed it to its socket (ms); each is right to ± the clock error',
      [...quantityColumns((cell) => cell.latency_from_send_ms), CLOCK_ERROR],
    ],
    ['Throughput of all clients together, and how evenly they were served', THROUGHPUT],
    ['Health of the tool: the worst second of any process', HEALTH],
    ['What was measured, and whether it counts', VALIDITY],
  ].map(([caption, columns]) =>
    table(caption as string, [...KEYS, ...(columns as readonly Column<Cell>[])], rows, { isMarked }),
  );
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
  { heading: 'Reasons', kind: 'words', text: ({ reasons }) => reasons.join('; ') },
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
    number('max', 'max'),
    number('mean', 'mean'),
    {
      heading: '95 % interval of the mean',
      text: (cell) => intervalText(of(cell)?.ci_low ?? null, of(cell)?.ci_high ?? null),
    },
    { heading: 'from', kind: 'words', text: (cell) => of(cell)?.ci_basis ?? '' },
  ];
}
