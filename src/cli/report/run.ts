import { analyse } from '../../analysis/run/analyse.ts';
import type { Analysis } from '../../analysis/run/analysis.ts';
import { reportPage } from '../../report/page.ts';
import { reportCsv } from '../../report/report-csv.ts';
import { reportMarkdown, reportText } from '../../report/report-text.ts';
import { readRunFile } from '../../run-file/read-run-file.ts';
import { jsonText } from '../../wording/json-line.ts';
import { writeOptionFile } from '../option/option-file.ts';
import { outFormat } from '../option/out-format.ts';
import { Output } from '../output/output.ts';
import { REPORT_FORMATS, type ReportFlags } from './options.ts';

/** Paths that stand for no file. */
const STDIN = '-';
export const STDOUT = '-';

type ReportFormat = (typeof REPORT_FORMATS)[number];

const WRITERS: Readonly<Record<ReportFormat, (analysis: Analysis) => string>> = {
  html: reportPage,
  text: reportText,
  md: reportMarkdown,
  csv: reportCsv,
  json: jsonText,
};

/** Runs `tidemark report`. */
export async function runReport(run: string, flags: ReportFlags): Promise<void> {
  const format = flags.format ?? outFormat(REPORT_FORMATS, flags.out, 'html');
  const analysis = analyse(readRunFile(run));
  const text = WRITERS[format](analysis);
  const page = run === STDIN ? STDOUT : `${run.replace(/\.ndjson$/, '')}.html`;
  const output = new Output({ json: false });
  writeReport('--out', flags.out ?? (format === 'html' ? page : STDOUT), text, output);
  await output.flush();
}

/** Writes a report to a file, and says so; `-` is stdout. */
export function writeReport(option: string, path: string, text: string, output: Output): void {
  if (path === STDOUT) return output.document(text);
  writeOptionFile(option, path, text);
  output.text(`wrote ${path} (${Math.ceil(text.length / 1024)} KiB)`);
}
