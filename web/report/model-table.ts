import type {
  Analysis,
  BlockTimeFit,
  BlockTimeModel,
  ReportedEstimate,
  ScalabilityFit,
  ScalabilityModel,
} from '../../src/analysis/run/analysis.ts';
import { intervalText, NONE, shortText, tableText } from '../element/number-text.ts';
import { type Column, type RowGroup, table } from '../element/table.ts';
import { groupName } from './cell-group.ts';

/** Each fit with its intervals, and each refusal with its reason. */
export function modelTables({ block_time, scalability }: Analysis['models']): readonly HTMLElement[] {
  return [
    table(
      'Block time = fixed + per message × size; estimate (95 % interval)',
      BLOCK_TIME,
      // All together come last.
      grouped(block_time, ({ clients }) => clients ?? Number.POSITIVE_INFINITY),
      { instead: refusal },
    ),
    table(
      'Throughput of N clients = N × alone / (1 + contention × (N − 1) + coherence × N × (N − 1)), the Universal Scalability Law; estimate (95 % interval)',
      SCALABILITY,
      grouped(scalability, ({ block }) => block),
      { instead: refusal },
    ),
  ];
}

const BLOCK_TIME: readonly Column<BlockTimeModel>[] = [
  { heading: 'Clients', kind: 'key', text: pooledText },
  { heading: 'Fixed', unit: 'ms', text: of<BlockTimeFit>(({ fixed_ms }) => estimate(fixed_ms)) },
  {
    heading: 'Per message',
    unit: 'ms',
    text: of<BlockTimeFit>(({ per_message_ms }) => estimate(per_message_ms)),
  },
  {
    heading: 'Scatter',
    unit: '% of the fit',
    text: of<BlockTimeFit>(({ relative_error }) => tableText(relative_error * 100)),
  },
];

const SCALABILITY: readonly Column<ScalabilityModel>[] = [
  { heading: 'Block', kind: 'key', text: ({ block }) => shortText(block) },
  {
    heading: 'Alone',
    unit: 'messages/s',
    text: of<ScalabilityFit>(({ one_client_msgs_per_s }) => estimate(one_client_msgs_per_s)),
  },
  { heading: 'Contention', text: of<ScalabilityFit>(({ contention }) => estimate(contention)) },
  { heading: 'Coherence', text: of<ScalabilityFit>(({ coherence }) => estimate(coherence)) },
  { heading: 'Knee', unit: 'clients', text: ({ knee_clients }) => clientsText(knee_clients) },
  {
    heading: 'Peak',
    unit: 'clients',
    text: of<ScalabilityFit>(({ peak_clients }) => estimate(peak_clients)),
  },
  {
    heading: 'Peak',
    unit: 'messages/s',
    text: of<ScalabilityFit>(({ peak_msgs_per_s }) => estimate(peak_msgs_per_s)),
  },
  { heading: 'R²', text: of<ScalabilityFit>(({ r_squared }) => r_squared.toFixed(4)) },
];

type Model<Fit> = { readonly fit: Fit | { readonly refused: string } };

function of<Fit extends object>(text: (fit: Fit) => string): (model: Model<Fit>) => string {
  return ({ fit }) => ('refused' in fit ? NONE : text(fit));
}

function refusal({ fit }: Model<object>): string | null {
  return 'refused' in fit ? `Not fitted: ${fit.refused}.` : null;
}

function estimate(given: ReportedEstimate | null): string {
  if (given === null) return NONE;
  const { value, low, high } = given;
  const interval = high === null ? `${tableText(low)} and more` : intervalText(low, high);
  return `${tableText(value)} (${interval})`;
}

/** Clients at full speed share one server, so their block times are divided by their number before they are pooled. */
function pooledText({ clients, rate }: BlockTimeModel): string {
  if (clients !== null) return shortText(clients);
  return rate === 'max' ? 'all, ÷ clients' : 'all';
}

function clientsText(clients: number | null): string {
  return clients === null ? NONE : shortText(clients);
}

function grouped<Row extends { readonly stream: string; readonly rate: number | 'max' }>(
  models: readonly Row[],
  order: (row: Row) => number,
): readonly RowGroup<Row>[] {
  const byName = new Map<string, Row[]>();
  for (const model of models) {
    const name = groupName(model);
    byName.set(name, [...(byName.get(name) ?? []), model]);
  }
  return [...byName].map(([heading, rows]) => ({ heading, rows: rows.sort((a, b) => order(a) - order(b)) }));
}
