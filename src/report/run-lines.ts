import type { Analysis } from '../analysis/run/analysis.ts';
import { durationText, grouped, paceText, plural } from '../wording/figures.ts';

/** What was measured, on what, and how to run it again. */
export function runLines({ run, complete, cells }: Analysis): string[] {
  const { machine, settings, command, commit, started_at, tidemark, tags, title } = run;
  const { blocks, clients, rates, repeat, duration_ms, count, omit, seed, url } = settings;
  const length =
    duration_ms === null ? `${plural(count ?? 0, 'message')} a client` : durationText(duration_ms);
  const rateList = rates.map(paceText).join(', ');
  return [
    ...(title === null ? [] : [title]),
    `${url ?? 'a server of its own'}: blocks ${blocks.map(grouped).join(', ')} × clients ${clients.map(grouped).join(', ')} at ${rateList}; ${length} each, ${repeat === 1 ? 'once' : `${grouped(repeat)} times`}, warm-up ${plural(omit, 'block')}, order by seed ${seed}`,
    `tidemark ${tidemark}${commit === null ? '' : ` at ${commit.slice(0, 12)}`}, Node ${machine.node.slice(1)}, ${machine.cores} × ${machine.cpu}, ${machine.os} ${machine.architecture}; begun ${started_at}`,
    ...Object.entries(tags).map(([key, value]) => `${key}: ${value}`),
    `again: ${command}`,
    ...(complete
      ? []
      : [`the run is INCOMPLETE: ${plural(cells.length, 'cell')} measured, not all as often as planned`]),
  ];
}

/** Their names, in the order of the cells. */
export function streamsOf({ cells }: Analysis): string[] {
  return [...new Set(cells.map(({ stream }) => stream))];
}
