import type { Cell } from '../run/analysis.ts';
import { metricNames, metricOf } from './metric.ts';

/** What every cell must keep: `proved`, `valid`, or a number within a bound. */
export interface Threshold {
  /** As it was written. */
  readonly text: string;
  /** @returns what the cell does instead, as in `is 61.2`; undefined if it keeps the threshold */
  crossedBy(cell: Cell): string | undefined;
}

/** A threshold or a condition that can't be understood. */
export class ConditionError extends Error {
  readonly code = 'bad_condition';
}

const COMPARISONS: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
};

/**
 * Parses a list such as `p99_block_ms<50,msgs_per_s>=1000,proved`.
 *
 * @throws ConditionError that names what is wrong, what it could have been and what came
 */
export function parseThresholds(text: string): Threshold[] {
  return text.split(',').map((part) => parseThreshold(part.trim()));
}

function parseThreshold(text: string): Threshold {
  if (text === 'proved') return { text, crossedBy: ({ proved }) => (proved ? undefined : 'is not proved') };
  if (text === 'valid') return { text, crossedBy: ({ valid }) => (valid ? undefined : 'is invalid') };
  const [, name = '', sign = '', number = ''] = /^(\w+)\s*(<=|>=|<|>)\s*(\d+(?:\.\d+)?)$/.exec(text) ?? [];
  const keeps = COMPARISONS[sign];
  if (keeps === undefined)
    throw new ConditionError(
      `a threshold must be proved, valid, or a metric, one of < <= > >= and a number, as in p99_block_ms<50; got ${JSON.stringify(text)}`,
    );
  const metric = metricOf(name);
  if (metric === undefined)
    throw new ConditionError(`a threshold must be of ${metricNames()}; got ${JSON.stringify(name)}`);
  return {
    text,
    crossedBy: (cell) => {
      const value = metric.of(cell);
      if (value === null) return metric.lack(cell);
      return keeps(value, Number(number)) ? undefined : `is ${Number(value.toPrecision(6))}`;
    },
  };
}
