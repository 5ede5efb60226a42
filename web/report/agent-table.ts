import type { Analysis, Cell, CellAgent, RunAgent } from '../../src/analysis/run/analysis.ts';
import { plural } from '../../src/wording/figures.ts';
import { NONE, shortText, tableText } from '../element/number-text.ts';
import { type Column, table } from '../element/table.ts';
import { cellGroups, groupName } from './cell-group.ts';
import { section } from './section.ts';

type PartRow = CellAgent & { readonly cell: Cell };

/** The agents of a run, each apart: none if the clients were all on the machine of the bench. */
export function agentSection(analysis: Analysis): readonly HTMLElement[] {
  const { agents, timeline } = analysis;
  if (agents.length === 0) return [];
  const groups = cellGroups(analysis).map((group) => ({
    heading: groupName(group),
    rows: group.cells.flatMap((cell) => cell.agents.map((agent): PartRow => ({ ...agent, cell }))),
  }));
  const losses = timeline.losses.map((loss) => ({ ...loss, at: loss.at_s.toFixed(1) }));
  const lost =
    losses.length === 0
      ? []
      : [
          table<(typeof losses)[number]>(
            'Agents that were lost: what they had a part in was dropped, and measured again by the others',
            [
              { heading: 'At', unit: 's from the start', text: ({ at }) => at },
              { heading: 'Agent', kind: 'words', text: ({ agent }) => agent },
              { heading: 'Reason', kind: 'prose', text: ({ reason }) => reason },
            ],
            [{ heading: '', rows: losses }],
          ),
        ];
  return [
    section(
      'agents',
      'The agents apart',
      `${plural(agents.length, 'agent')} ran the clients, and all began and ended at one time. Everything else on this page is of all of them together. ✕ marks a part that is invalid.`,
      table('Where they ran, and how far their clocks were from the bench’s', AGENTS, [
        { heading: '', rows: agents },
      ]),
      table<PartRow>('Each agent’s part of a cell', PARTS, groups, {
        isMarked: ({ reasons }) => reasons.length > 0,
      }),
      ...lost,
    ),
  ];
}

const AGENTS: readonly Column<RunAgent>[] = [
  { heading: 'Agent', kind: 'key', text: ({ agent }) => agent },
  {
    heading: 'Machine',
    kind: 'prose',
    text: ({ machine }) =>
      `${machine.cpu}, ${plural(machine.cores, 'core')}, ${machine.os} ${machine.architecture}, Node ${machine.node}`,
  },
  { heading: 'Processes', text: ({ processes }) => shortText(processes) },
  { heading: 'Measurements', text: ({ measurements }) => shortText(measurements) },
  { heading: 'Invalid', text: ({ invalid }) => shortText(invalid) },
  {
    heading: 'Worst CPU',
    unit: '% of a core',
    text: ({ client_cpu_percent }) => tableText(client_cpu_percent),
  },
  { heading: 'Clock', unit: 'ms, lowest', text: (agent) => signed(agent.clock_offset_low_ms) },
  { heading: 'Clock', unit: 'ms, highest', text: (agent) => signed(agent.clock_offset_high_ms) },
  { heading: '± clock', unit: 'ms', text: ({ clock_error_ms }) => tableText(clock_error_ms) },
  {
    heading: 'Lost',
    unit: 's from the start',
    text: ({ lost_at_s }) => (lost_at_s === null ? NONE : lost_at_s.toFixed(1)),
  },
];

const PARTS: readonly Column<PartRow>[] = [
  {
    heading: 'Agent',
    kind: 'key',
    text: ({ agent, reasons }) => `${reasons.length === 0 ? '' : '✕ '}${agent}`,
  },
  { heading: 'Block', text: ({ cell }) => shortText(cell.block) },
  { heading: 'Clients', text: ({ clients }) => shortText(clients) },
  { heading: 'of all', text: ({ cell }) => shortText(cell.clients) },
  { heading: 'Mean', unit: 'messages/s', text: ({ msgs_per_s }) => tableText(msgs_per_s) },
  { heading: 'of all', unit: 'messages/s', text: ({ cell }) => tableText(cell.msgs_per_s) },
  { heading: 'CPU', unit: '% of a core', text: ({ client_cpu_percent }) => tableText(client_cpu_percent) },
  { heading: 'Loop lag', unit: 'ms', text: ({ client_loop_lag_ms }) => tableText(client_loop_lag_ms) },
  { heading: 'Clock', unit: 'ms', text: ({ clock_offset_ms }) => signed(clock_offset_ms) },
  { heading: '± clock', unit: 'ms', text: ({ clock_error_ms }) => tableText(clock_error_ms) },
  { heading: 'Reasons', kind: 'prose', text: ({ reasons }) => reasons.join('; ') },
];

/** A clock that is ahead has a plus. */
function signed(ms: number | null): string {
  return ms !== null && ms > 0 ? `+${tableText(ms)}` : tableText(ms);
}
