import type { Timeline } from '../../src/analysis/run/analysis.ts';
import { NONE, tableText } from '../element/number-text.ts';
import { type Column, table } from '../element/table.ts';

type Row = Timeline['outages'][number] & { readonly cell: string };

const COLUMNS: readonly Column<Row>[] = [
  { heading: 'At', unit: 's from the start', text: ({ at_s }) => at_s.toFixed(1) },
  { heading: 'Without server', unit: 'ms', text: ({ outage_ms }) => tableText(outage_ms) },
  { heading: 'Client', kind: 'words', text: ({ client }) => client },
  { heading: 'During', kind: 'prose', text: ({ cell }) => cell },
];

/** Each outage, and the cell in which it fell. */
export function outageTable({ cells, outages }: Timeline): readonly HTMLElement[] {
  if (outages.length === 0) return [];
  const rows = outages.map((outage) => {
    const found = cells.find(({ from_s, to_s }) => from_s <= outage.at_s && outage.at_s <= to_s);
    const cell =
      found === undefined
        ? NONE
        : `block ${found.block}, clients ${found.clients}, ${found.stream}, rate ${found.rate}, repeat ${found.repeat}`;
    return { ...outage, cell };
  });
  return [table('Outages: a client lost its server and came back', COLUMNS, [{ heading: '', rows }])];
}
