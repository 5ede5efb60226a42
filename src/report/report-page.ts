import type { Analysis } from '../analysis/run/analysis.ts';
import { selfContainedPage } from './self-contained-page.ts';

/** A report as one HTML file. */
export function reportPage(analysis: Analysis): string {
  const { title, tidemark: version } = analysis.run;
  const { answer: sentences } = analysis;
  return selfContainedPage({
    title: title ?? 'Tidemark report',
    version,
    id: 'analysis',
    data: analysis,
    sentences,
  });
}
