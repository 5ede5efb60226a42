import { accessSync, constants, existsSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { analyse } from '../analysis/analyse.ts';
import type { Analysis } from '../analysis/analysis.ts';
import { reportCsv } from '../report/report-csv.ts';
import { reportPage } from '../report/report-page.ts';
import { reportMarkdown, reportText } from '../report/report-text.ts';
import { readRunFile } from '../run-file/read-run-file.ts';
import { Output } from './output.ts';
import { REPORT_FORMATS, type ReportFlags } from './report.ts';

type Format = (typeof REPORT_FORMATS)[number];

const WRITERS: Readonly<Record<Format, (analysis: Analysis) => string>> = {
  html: reportPage,
  text: reportText,
  md: reportMarkdown,
  csv: reportCsv,
  json: (analysis) => `${JSON.stringify(analysis, undefined, 2)}\n`,
};

/** Runs `tidemark report`. */
export async function runReport(run: string, flags: ReportFlags): Promise<void> {
  const analysis = analyse(readRunFile(run));
  const format = flags.format ?? formatOf(flags.out);
  const text = WRITERS[format](analysis);
  const out =
    flags.out ?? (format === 'html' && run !== '-' ? `${run.replace(/\.ndjson$/, '')}.html` : undefined);
  const output = new Output({ json: false });
  if (out === undefined) output.text(text.replace(/\r?\n$/, ''));
  else writeReport(out, text, output);
  await output.flush();
}

/**
 * Before hours of work: whether a report can be written there, as far as that can be told without writing it.
 *
 * @throws an Error with the system's code, which says which option and file
 */
export function checkReportPath(option: string, path: string): void {
  try {
    accessSync(existsSync(path) ? path : dirname(path), constants.W_OK);
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory())
      throw Object.assign(new Error('it is a directory'), { code: 'EISDIR' });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw Object.assign(new Error(`${option} ${path} can't be written: ${message}`, { cause: error }), {
      code,
    });
  }
}

/** Writes a report to a file, and says so. */
export function writeReport(path: string, text: string, output: Output): void {
  writeFileSync(path, text);
  output.text(`wrote ${path} (${Math.ceil(text.length / 1024)} KiB)`);
}

/** What the name of a file ends with, if that is a format. */
function formatOf(path = ''): Format {
  const ending = /\.(\w+)$/.exec(path)?.[1]?.toLowerCase();
  return (
    REPORT_FORMATS.find((format) => format === ending || (format === 'text' && ending === 'txt')) ?? 'html'
  );
}
