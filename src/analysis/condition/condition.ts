import { type Metric, metricNames, metricOf } from './metric.ts';
import { ConditionError } from './threshold.ts';

/** A change from run A to run B that counts as too much. */
export interface Condition {
  /** As it was written. */
  readonly text: string;
  readonly metric: Metric;
  /** Whether a ratio is too much above the limit, or below it. */
  readonly above: boolean;
  /** As a ratio: 1.05 for +5 %. */
  readonly limit: number;
}

/**
 * Parses a list such as `p99_block>+5%,msgs_per_s<-3%`.
 *
 * @throws ConditionError that names what is wrong, what it could have been and what came
 */
export function parseConditions(text: string): Condition[] {
  return text.split(',').map((part) => parseCondition(part.trim()));
}

function parseCondition(text: string): Condition {
  const [, name = '', sign, percent] = /^(\w+)\s*([<>])\s*([+-]\d+(?:\.\d+)?)\s*%$/.exec(text) ?? [];
  if (sign === undefined)
    throw new ConditionError(
      `a condition must be a metric, > or <, and a change in percent with its sign, as in p99_block>+5%; got ${JSON.stringify(text)}`,
    );
  const metric = metricOf(name);
  if (metric === undefined)
    throw new ConditionError(`a condition must be of ${metricNames()}; got ${JSON.stringify(name)}`);
  const limit = 1 + Number(percent) / 100;
  if (limit <= 0) throw new ConditionError(`a change must be above -100 %; got ${JSON.stringify(text)}`);
  return { text, metric, above: sign === '>', limit };
}
