import type { Analysis } from '../../src/analysis/run/analysis.ts';
import { durationText, paceText, plural } from '../../src/wording/figures.ts';
import { element } from '../element/element.ts';
import { shortText, sizeText } from '../element/number-text.ts';

type Fact = readonly [string, string];

/** The machine and the settings. */
export function runFacts({ run }: Analysis): readonly HTMLElement[] {
  const { machine, settings } = run;
  const machineFacts: readonly Fact[] = [
    ['Processor', `${machine.cpu}, ${plural(machine.cores, 'core')}, ${machine.architecture}`],
    ['Memory', sizeText(machine.memory_bytes)],
    ['System', machine.os],
    ['Node', machine.node],
    ['Tidemark', `${run.tidemark}${run.commit === null ? '' : `, commit ${run.commit}`}`],
    ...Object.entries(run.tags),
  ];
  const length =
    settings.duration_ms === null
      ? plural(settings.count ?? 0, 'message')
      : durationText(settings.duration_ms);
  const settingFacts: readonly Fact[] = [
    ['Server', settings.url ?? 'its own, in a process of its own'],
    ['Messages a block', settings.blocks.map(shortText).join(', ')],
    ['Clients', `${settings.clients.map(shortText).join(', ')}, in ${whereOf(settings)}`],
    [
      'Streams',
      settings.streams.map((stream, i) => `${stream} (id ${settings.stream_ids[i] ?? '?'})`).join(', '),
    ],
    ['Rates', settings.rates.map(paceText).join(', ')],
    [
      'Each cell',
      `${plural(settings.repeat, 'repeat')} of ${length}, the first ${plural(settings.omit, 'block')} of each client left out`,
    ],
    ['Seed of the order', shortText(settings.seed)],
    ['Progress line', settings.live_progress ? 'drawn while it ran' : 'none'],
  ];
  return [factTable('Machine', machineFacts), factTable('Settings', settingFacts)];
}

function whereOf({ agents, client_processes }: Analysis['run']['settings']): string {
  if (agents !== null) return `the processes of ${plural(agents, 'agent')}`;
  return client_processes === 1 ? 'one process' : `${client_processes} processes`;
}

function factTable(caption: string, facts: readonly Fact[]): HTMLElement {
  const rows = facts.map(([name, value]) =>
    element('tr', {}, element('th', { scope: 'row' }, name), element('td', { class: 'words' }, value)),
  );
  return element('table', { class: 'facts' }, element('caption', {}, caption), element('tbody', {}, ...rows));
}
