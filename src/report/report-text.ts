import type { Analysis } from '../analysis/run/analysis.ts';
import { durationText } from '../wording/figures.ts';
import { printableText } from '../wording/printable.ts';
import { AGENT_HEADER, agentLines, agentRows } from './agent-rows.ts';
import { cellHeader, cellRows, reasonLines } from './cell-rows.ts';
import { modelLines } from './model-lines.ts';
import { runLines, streamsOf } from './run-lines.ts';
import { markdownTable, textTable } from './text-table.ts';

const MOST_REASONS = 10;

/** A report for the terminal. */
export function reportText(analysis: Analysis): string {
  const lines = [
    ...runLines(analysis),
    '',
    ...analysis.answer,
    '',
    ...bySection(analysis, (part) => textTable(cellHeader(part), cellRows(part))),
    ...agentsApart(analysis, textTable),
    ...modelLines(analysis),
    ...shortened(reasonLines(analysis)).map((line) => `invalid: ${line}`),
    ...outageLines(analysis),
  ];
  return printableText(lines);
}

/** A report in Markdown, as for a pull request. */
export function reportMarkdown(analysis: Analysis): string {
  const lines = [
    `# ${analysis.run.title ?? 'Block time by block size and number of clients'}`,
    '',
    ...analysis.answer.map((sentence) => `- ${sentence}`),
    '',
    ...bySection(analysis, (part) => markdownTable(cellHeader(part), cellRows(part)), '## '),
    ...agentsApart(analysis, markdownTable, '## ', '- '),
    ...modelLines(analysis).map((line) => `- ${line}`),
    ...shortened(reasonLines(analysis)).map((line) => `- invalid: ${line}`),
    '',
    ...runLines(analysis).map((line) => `- ${line}`),
    '',
    '## What the numbers can’t tell',
    '',
    ...analysis.limits.map((limit) => `- ${limit}`),
  ];
  return printableText(lines);
}

/** One table for each stream. */
function bySection(analysis: Analysis, table: (part: Analysis) => string[], mark = ''): string[] {
  return streamsOf(analysis).flatMap((stream) => {
    const part = { ...analysis, cells: analysis.cells.filter((cell) => cell.stream === stream) };
    return [`${mark}${stream}`, ...(mark === '' ? [] : ['']), ...table(part), ''];
  });
}

/** Nothing of a run whose clients were all on the bench's machine. */
function agentsApart(
  analysis: Analysis,
  table: (header: readonly string[], rows: readonly (readonly string[])[]) => string[],
  mark = '',
  bullet = '',
): string[] {
  if (analysis.agents.length === 0) return [];
  const lines = agentLines(analysis).map((line) => `${bullet}${line}`);
  const space = mark === '' ? [] : [''];
  return [
    `${mark}The agents apart`,
    ...space,
    ...lines,
    '',
    ...streamsOf(analysis).flatMap((stream) => {
      const part = { ...analysis, cells: analysis.cells.filter((cell) => cell.stream === stream) };
      return [stream, ...space, ...table(AGENT_HEADER, agentRows(part)), ''];
    }),
  ];
}

function shortened(lines: readonly string[]): string[] {
  const more = lines.length - MOST_REASONS;
  return more > 0 ? [...lines.slice(0, MOST_REASONS), `… and ${more} more`] : [...lines];
}

function outageLines({ timeline }: Analysis): string[] {
  return timeline.outages.map(
    ({ at_s, client, outage_ms }) =>
      `outage: client ${client} lost its server ${at_s.toFixed(1)} s into the run, for ${durationText(outage_ms)}`,
  );
}
