import { compare, isMeasured, pairsOf } from '../../analysis/comparison/compare.ts';
import type { Comparison } from '../../analysis/comparison/comparison.ts';
import { runDifferences } from '../../analysis/comparison/run-differences.ts';
import { parseConditions } from '../../analysis/condition/condition.ts';
import { metricNames, metricOf } from '../../analysis/condition/metric.ts';
import { ConditionError } from '../../analysis/condition/threshold.ts';
import { comparisonMarkdown, comparisonText } from '../../report/comparison-text.ts';
import { comparisonPage } from '../../report/page.ts';
import { readRunFile } from '../../run-file/read-run-file.ts';
import { RunFileError } from '../../run-file/run-file-error.ts';
import { jsonText } from '../../wording/json-line.ts';
import { EXIT } from '../exit-code.ts';
import { ofOption } from '../option/named-option.ts';
import { outFormat } from '../option/out-format.ts';
import { Output } from '../output/output.ts';
import { STDOUT, writeReport } from '../report/run.ts';
import { COMPARE_FORMATS, type CompareFlags } from './options.ts';

type CompareFormat = (typeof COMPARE_FORMATS)[number];

const WRITERS: Readonly<Record<CompareFormat, (comparison: Comparison) => string>> = {
  text: comparisonText,
  md: comparisonMarkdown,
  json: jsonText,
  html: comparisonPage,
};

/** Runs `tidemark compare`. */
export async function runCompare(pathA: string, pathB: string, flags: CompareFlags): Promise<void> {
  const { failIf } = flags;
  const conditions = failIf === undefined ? [] : ofOption('--fail-if', () => parseConditions(failIf));
  const metric = metricOf(flags.metric);
  if (metric === undefined)
    throw new ConditionError(`--metric must be one of ${metricNames()}; got ${JSON.stringify(flags.metric)}`);
  const format = flags.format ?? outFormat(COMPARE_FORMATS, flags.out, 'text');
  const [a, b] = [readRunFile(pathA), readRunFile(pathB)];
  const found = runDifferences(a, b);
  const refused = found.find(({ kind }) => !flags.allow.includes(kind));
  if (refused !== undefined)
    throw new RunFileError(
      `A and B can't be compared: ${refused.text}; --allow ${refused.kind} compares them all the same`,
    );
  const pairs = pairsOf(a, b);
  if (pairs.both.length === 0)
    throw new RunFileError('A and B can’t be compared: they have no cell in common');
  const missing = [metric, ...conditions.map((condition) => condition.metric)].find(
    (wanted) => !isMeasured(pairs, wanted),
  );
  if (missing !== undefined)
    throw new ConditionError(
      `${missing.name} can't be compared: no cell has it in valid and proved repeats of both runs${whyNot(missing.name)}`,
    );
  const { practical } = flags;
  const differences = found.map(({ text }) => text);
  const comparison = compare(a, b, { metric, practical, conditions, differences });
  const text = WRITERS[format](comparison);
  const output = new Output({ json: false });
  writeReport('--out', flags.out ?? STDOUT, text, output);
  await output.flush();
  process.exitCode = exitCodeOf(comparison);
}

/** What may keep all cells from having a metric. */
function whyNot(metric: string): string {
  if (metric.endsWith('_latency')) return ' (at full speed nothing has a time when it is due)';
  if (/_(block|elapsed)$/.test(metric))
    return ' (of blocks that came in one read no time can be told: mean_block can be compared)';
  return '';
}

function exitCodeOf({ conditions }: Comparison): number {
  const results = conditions.map(({ result }) => result);
  if (results.includes('crossed')) return EXIT.threshold;
  return results.includes('unclear') ? EXIT.invalid : EXIT.ok;
}
