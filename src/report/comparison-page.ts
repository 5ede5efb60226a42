import type { Comparison } from '../analysis/comparison/comparison.ts';
import { conditionLine, overallLine, verdictText } from './comparison-wording.ts';
import { selfContainedPage } from './self-contained-page.ts';

/** A comparison as one HTML file, with both curves. */
export function comparisonPage(comparison: Comparison): string {
  return selfContainedPage({
    title: 'Tidemark comparison',
    version: comparison.b.tidemark,
    id: 'comparison',
    data: comparison,
    sentences: [
      ...comparison.conditions.map(conditionLine),
      overallLine(comparison),
      verdictText(comparison),
    ],
  });
}
