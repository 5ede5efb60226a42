import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { compare } from '../src/analysis/comparison/compare.ts';
import { parseConditions } from '../src/analysis/condition/condition.ts';
import { METRICS, type Metric } from '../src/analysis/condition/metric.ts';
import { analyse } from '../src/analysis/run/analyse.ts';
import type { AgentEvent } from '../src/bench/agents/agent.ts';
import type { BenchEvent } from '../src/bench/bench-event.ts';
import { runWithAgents } from './analysis/run-with-agents.ts';
import { recordsOf, simulatedRun } from './analysis/simulated-run.ts';

/** Holds the schemas of what is measured to what the code writes. An end-to-end test holds them to a real run. */
interface Schema {
  readonly $id: string;
  readonly $defs: Readonly<Record<string, ObjectSchema>>;
}

interface ObjectSchema {
  readonly additionalProperties?: unknown;
  readonly properties?: Readonly<Record<string, { readonly description?: string }>>;
}

const FILES = ['run', 'bench-events', 'agent-events', 'analysis', 'comparison'] as const;

function read(file: string): Schema {
  const url = new URL(`../schemas/${file}.schema.json`, import.meta.url);
  return JSON.parse(readFileSync(url, 'utf8')) as Schema;
}

function compile(file: string): ValidateFunction {
  return new Ajv2020({ strict: true, allErrors: true }).compile(read(file));
}

const json = (value: object) => JSON.parse(JSON.stringify(value)) as object;

/** Every value in it, and the path to it. */
function* places(
  value: unknown,
  path: readonly (string | number)[] = [],
): Generator<readonly (string | number)[]> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, item] of Object.entries(value)) {
    const place = [...path, Array.isArray(value) ? Number(key) : key];
    yield place;
    yield* places(item, place);
  }
}

/** A copy in which one place has another value; undefined takes it out. */
function changed(value: unknown, [first, ...rest]: readonly (string | number)[], to: unknown): unknown {
  if (first === undefined) return to;
  if (Array.isArray(value))
    return value.map((item, index) => (index === first ? changed(item, rest, to) : item));
  const { [first]: item, ...others } = value as Record<string, unknown>;
  const after = changed(item, rest, to);
  return after === undefined ? others : { ...others, [first]: after };
}

const RUN = simulatedRun({ blocks: [1, 20, 100], clients: [1, 2, 5, 10], repeat: 3, seed: 1 });
const OTHER = simulatedRun({ blocks: [1, 20, 500], clients: [1, 2, 5, 10], repeat: 3, seed: 2 });
const PACED = simulatedRun({ blocks: [5], clients: [1], repeat: 1, seed: 3, rate: 10 });
const WITH_AGENTS = runWithAgents();
const COMPARED = compare(RUN, OTHER, {
  metric: METRICS.get('mean_block') as Metric,
  practical: 0.02,
  conditions: parseConditions('p99_block>+5%'),
  differences: ['cores is 2 in A and 4 in B'],
});

const { settings } = RUN.header;
const cell = { block: 1, clients: 1, stream: 'users?seed=1', rate: 'max', repeat: 1 } as const;
const [measurement] = RUN.measurements;
const { record: _, client_msgs_per_s: __, ...measured } = measurement?.cell ?? ({} as never);
const EVENTS: { readonly [E in BenchEvent['event']]: BenchEvent & { readonly event: E } } = {
  start: { event: 'start', settings, out: 'run.ndjson', measurements: 12, done: 2, expected_ms: 15_000 },
  agents: { event: 'agents', agents: WITH_AGENTS.agents.map(({ record: ____, ...agent }) => agent) },
  lost: { event: 'lost', left: 1, run: 0, agent: 'b', attempt: 1, at_ms: 10.5, reason: 'no sign of life' },
  measuring: { event: 'measuring', measurement: 3, expected_ms: 1250.5, left_ms: 12_000, ...cell },
  measured: { event: 'measured', ...measured },
  end: { event: 'end', complete: true, measured: 12, duration_ms: 15_000 },
};

const bench = 'host:77';
const AGENT_EVENTS: { readonly [E in AgentEvent['event']]: AgentEvent & { readonly event: E } } = {
  waiting: { event: 'waiting', name: 'a', processes: 2 },
  taken: { event: 'taken', bench, url: 'ws://127.0.0.1:8000' },
  refused: { event: 'refused', bench, reason: 'it is taken by host:76' },
  measured: { event: 'measured', bench, run: 0, clients: 3, messages: 1200 },
  released: { event: 'released', bench, reason: 'the bench is done' },
};

const EXAMPLES: Readonly<Record<(typeof FILES)[number], readonly object[]>> = {
  run: [...recordsOf(RUN).slice(0, 6), ...recordsOf(PACED), ...recordsOf(WITH_AGENTS)],
  'bench-events': Object.values(EVENTS).map((event) => ({ ...event, at: '2026-01-02T03:04:05.678Z' })),
  'agent-events': Object.values(AGENT_EVENTS).map((event) => ({ ...event, at: '2026-01-02T03:04:05.678Z' })),
  analysis: [analyse(RUN), analyse(PACED), analyse(WITH_AGENTS)],
  comparison: [COMPARED],
};

describe.each(FILES)('%s', (file) => {
  const schema = read(file);
  const validate = compile(file);

  test('has the id that its file name says', () => {
    expect(schema.$id).toBe(`https://tidemark.invalid/schemas/${file}.schema.json`);
  });

  test('describes every property and allows no other', () => {
    for (const [name, { additionalProperties, properties }] of Object.entries(schema.$defs)) {
      if (properties === undefined) continue;
      expect(additionalProperties, name).toBe(false);
      for (const [key, { description }] of Object.entries(properties)) {
        expect(description, `${name}.${key}`).toMatch(/\.$/);
      }
    }
  });

  test('takes what is written', () => {
    for (const example of EXAMPLES[file]) {
      expect(validate(json(example)) ? [] : validate.errors).toEqual([]);
    }
  });

  test('takes no key less or more, and none of another type', () => {
    const seen = new Set<string>();
    for (const [index, example] of EXAMPLES[file].map(json).entries()) {
      for (const place of places(example)) {
        const shape = `${index} ${place.map((key) => (typeof key === 'number' ? '#' : key)).join('.')}`;
        if (seen.has(shape)) continue;
        seen.add(shape);
        expect(validate(changed(example, place, { of: ['another type'] })), `${shape} of another type`).toBe(
          false,
        );
        const isFree = typeof place.at(-1) === 'number' || place.at(-2) === 'tags';
        if (!isFree) expect(validate(changed(example, place, undefined)), `without ${shape}`).toBe(false);
      }
      expect(validate({ ...example, more: 1 })).toBe(false);
    }
    expect(seen.size).toBeGreaterThan(20);
  });
});
