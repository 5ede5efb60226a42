import type { BucketSums } from '../cluster/measured.ts';

/**
 * The text format of Prometheus, version 0.0.4 (https://prometheus.io/docs/instrumenting/exposition_formats/): what the client
 * library makes of the same families, so that it could take this one's place.
 */
export const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

type Labels = Readonly<Record<string, string>>;

/** One number of a family, among which its labels tell it apart. */
export interface MetricSample {
  readonly labels?: Labels;
  readonly value: number;
}

/** All samples of one name. */
export type Family = {
  readonly name: string;
  /** In a sentence, without a full stop. */
  readonly help: string;
} & (
  | { readonly type: 'counter' | 'gauge'; readonly samples: readonly MetricSample[] }
  | {
      readonly type: 'histogram';
      readonly samples: readonly { readonly labels?: Labels; readonly value: BucketSums }[];
    }
);

export function metricsText(families: readonly Family[]): string {
  return families.map(familyText).join('');
}

function familyText(family: Family): string {
  const { name, help, type } = family;
  const lines =
    family.type === 'histogram'
      ? family.samples.flatMap(({ labels, value }) => bucketLines(name, labels, value))
      : family.samples.map(({ labels, value }) => line(name, labels, value));
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`;
}

function bucketLines(
  name: string,
  labels: Labels | undefined,
  { bounds, sum, cumulative }: BucketSums,
): string[] {
  return [
    ...cumulative.map((count, index) =>
      line(`${name}_bucket`, { ...labels, le: numberText(bounds[index] ?? Number.POSITIVE_INFINITY) }, count),
    ),
    line(`${name}_sum`, labels, sum),
    line(`${name}_count`, labels, cumulative.at(-1) ?? 0),
  ];
}

function line(name: string, labels: Labels | undefined, value: number): string {
  const pairs = Object.entries(labels ?? {}).map(([key, text]) => `${key}="${escaped(text)}"`);
  return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${numberText(value)}\n`;
}

function numberText(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  return value === Number.NEGATIVE_INFINITY ? '-Inf' : String(value);
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
