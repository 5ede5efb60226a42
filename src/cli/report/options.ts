import { Command, Option } from 'commander';
import { helpEnd } from '../option/help-end.ts';

export const REPORT_FORMATS = ['html', 'text', 'md', 'csv', 'json'] as const;

/** The options of `tidemark report`, as parsed. */
export interface ReportFlags {
  readonly out?: string;
  readonly format?: (typeof REPORT_FORMATS)[number];
}

/** @param run what happens */
export function reportCommand(run: (path: string, flags: ReportFlags) => Promise<void>): Command {
  return new Command('report')
    .description('say what a run file of tidemark bench holds: an HTML page, or text, Markdown, CSV or JSON')
    .argument('<run>', 'run file; - reads stdin')
    .option(
      '--out <file>',
      'where to write it; - is stdout (default: stdout; of a page, the run file with .html)',
    )
    .addOption(
      new Option(
        '--format <format>',
        'what to write (default: html, or what the name after --out ends with)',
      ).choices(REPORT_FORMATS),
    )
    .addHelpText(
      'after',
      helpEnd(
        [
          'tidemark report run.ndjson',
          'tidemark report run.ndjson --format md --out -',
          'tidemark report - --out run.csv < run.ndjson',
        ],
        { 0: 'written, whatever the run was', 1: 'usage or I/O, or no run file' },
      ),
    )
    .action((path: string, flags: ReportFlags) => run(path, flags));
}
