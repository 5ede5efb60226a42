import type { CaseResult } from '../../selftest/selftest.ts';
import { selftest } from '../../selftest/selftest.ts';
import { plural } from '../../wording/figures.ts';
import { printable } from '../../wording/printable.ts';
import { EXIT } from '../exit-code.ts';
import { colours } from '../output/colours.ts';
import { Output } from '../output/output.ts';
import type { SelftestFlags } from './options.ts';

/** The objects of `tidemark selftest --json`, without the time stamp `at`. */
export type SelftestEvent =
  | ({ readonly event: 'case' } & CaseResult)
  | {
      readonly event: 'end';
      readonly verdict: 'passed' | 'failed';
      readonly faults: number;
      readonly caught: number;
    };

/** Runs `tidemark selftest`. */
export async function runSelftest({ json, over }: SelftestFlags): Promise<void> {
  const output = new Output({ json: json ?? false });
  const tell = (event: SelftestEvent) => output.event(event, Date.now());
  output.text(colours.bold(row('over', 'fault', 'must be told', 'was told', '')));
  const results = await selftest({
    ...(over === undefined ? {} : { over: [over] }),
    onCase: (result) => {
      tell({ event: 'case', ...result });
      const mark = result.caught ? colours.green('caught') : colours.red(colours.bold('MISSED'));
      output.text(row(result.over, result.fault, result.expected, printable(result.reported), mark));
    },
  });
  const caught = results.filter((result) => result.caught).length;
  const passed = caught === results.length;
  tell({ event: 'end', verdict: passed ? 'passed' : 'failed', faults: results.length, caught });
  const word = passed ? colours.green('PASSED') : colours.red('FAILED');
  output.text(`${colours.bold(word)} ${caught} of ${plural(results.length, 'case')} told as what they are`);
  await output.flush();
  process.exitCode = passed ? EXIT.ok : EXIT.integrity;
}

const WIDTHS = [11, 14, 96, 68];

function row(...cells: string[]): string {
  return cells
    .map((cell, index) => cell.padEnd(WIDTHS[index] ?? 0))
    .join(' ')
    .trimEnd();
}
