import type { Comparison } from '../../src/analysis/comparison/comparison.ts';
import type { Analysis } from '../../src/analysis/run/analysis.ts';
import { analysisPage } from './analysis-page.ts';
import { comparisonPage } from './comparison-page.ts';

/** Draws what the page holds: a report, or a comparison of two runs. */
const held = (id: string) => document.getElementById(id)?.textContent;
const comparison = held('comparison');
document.body.append(
  comparison === undefined || comparison === null
    ? analysisPage(JSON.parse(held('analysis') ?? '') as Analysis)
    : comparisonPage(JSON.parse(comparison) as Comparison),
);
