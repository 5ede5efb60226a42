import { Command, Option } from 'commander';
import type { RunDifferenceKind } from '../../analysis/comparison/run-differences.ts';
import { helpEnd } from '../option/help-end.ts';
import { METRIC_HELP } from '../option/metric-help.ts';
import { badValue, oneOf } from '../option/option-values.ts';
import { RepeatableOption } from '../option/repeatable-option.ts';

export const COMPARE_FORMATS = ['text', 'md', 'json', 'html'] as const;
const KINDS: readonly RunDifferenceKind[] = ['streams', 'machine', 'settings'];

/** The options of `tidemark compare`, as parsed. */
export interface CompareFlags {
  readonly failIf?: string;
  readonly metric: string;
  readonly practical: number;
  readonly allow: readonly RunDifferenceKind[];
  readonly format?: (typeof COMPARE_FORMATS)[number];
  readonly out?: string;
}

/** @param run what happens */
export function compareCommand(run: (a: string, b: string, flags: CompareFlags) => Promise<void>): Command {
  return new Command('compare')
    .description('compare two run files of tidemark bench, cell by cell and all together')
    .argument('<a>', 'run file to compare with; - reads stdin')
    .argument('<b>', 'run file that may differ from it')
    .option('--fail-if <list>', "changes from A to B that are too much, as in 'p99_block>+5%,msgs_per_s<-3%'")
    .option('--metric <name>', 'what to compare', 'mean_block')
    .addOption(
      new Option('--practical <percent>', 'a change below it is of no practical interest')
        .argParser(percent)
        .default(0.02, '2%'),
    )
    .addOption(
      new RepeatableOption('--allow <what>', 'compare runs although these differ; can be repeated')
        .choices(KINDS)
        .argParser((value: string, before: readonly RunDifferenceKind[]) => [...before, oneOf(KINDS)(value)])
        .default([], 'none'),
    )
    .addOption(
      new Option(
        '--format <format>',
        'what to write (default: text, or what the name after --out ends with)',
      ).choices(COMPARE_FORMATS),
    )
    .option('--out <file>', 'where to write it; - is stdout (default: stdout)')
    .addHelpText(
      'after',
      `
${METRIC_HELP}
${helpEnd(
  [
    'tidemark compare before.ndjson after.ndjson',
    "tidemark compare before.ndjson after.ndjson --fail-if 'p99_block>+5%,msgs_per_s<-3%'",
    'tidemark compare before.ndjson after.ndjson --out changes.html',
  ],
  {
    0: 'compared, and no --fail-if was crossed',
    1: 'usage or I/O, or runs that can not be compared',
    3: 'the data can not tell whether one was crossed',
    99: 'one was crossed, with confidence',
  },
)}`,
    )
    .action((a: string, b: string, flags: CompareFlags) => run(a, b, flags));
}

/** `2%` as 0.02. */
function percent(text: string): number {
  const [, number] = /^(\d+(?:\.\d+)?)\s*%$/.exec(text) ?? [];
  if (number === undefined || Number(number) >= 100) throw badValue('percent below 100, as in 2%', text);
  return Number(number) / 100;
}
