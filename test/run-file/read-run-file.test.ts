import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { analyse } from '../../src/analysis/run/analyse.ts';
import { seededRandom } from '../../src/analysis/statistics/random.ts';
import { reportMarkdown, reportText } from '../../src/report/report-text.ts';
import { readRunFile } from '../../src/run-file/read-run-file.ts';
import type { CellRecord, RunFileRecord } from '../../src/run-file/record/run-record.ts';
import { RunFileError } from '../../src/run-file/run-file-error.ts';
import { runWithAgents } from '../analysis/run-with-agents.ts';
import { recordsOf, simulatedRun } from '../analysis/simulated-run.ts';
import { temporaryFolder } from '../e2e/processes.ts';

const RUN = simulatedRun({ blocks: [5, 20], clients: [1, 2], repeat: 2, seed: 1, blocksEach: 5 });
const LINES = recordsOf(RUN).map((record) => JSON.stringify(record));
const TEXT = `${LINES.join('\n')}\n`;

function read(contents: string | Uint8Array) {
  const path = join(temporaryFolder(), 'run.ndjson');
  writeFileSync(path, contents);
  return readRunFile(path);
}

/** The lines, with some fields of the first cell record changed. */
function withCell(change: object): string {
  const index = LINES.findIndex((line) => line.includes('"record":"cell"'));
  const changed = JSON.stringify({ ...JSON.parse(LINES[index] ?? ''), ...change });
  return `${LINES.with(index, changed).join('\n')}\n`;
}

describe('a run file', () => {
  test('is read as it was written', () => {
    expect(read(TEXT)).toMatchObject({ header: RUN.header, measurements: RUN.measurements, end: RUN.end });
  });

  test.each([
    ['with a byte order mark', `\ufeff${TEXT}`],
    ['with ends of lines as Windows has them', TEXT.replaceAll('\n', '\r\n')],
    ['with empty lines', `\n${TEXT.replaceAll('\n', '\n\n')} \n`],
  ])('%s is the same, and where it can be gone on with is told in bytes', (_, text) => {
    const run = read(text);
    expect(run.measurements).toEqual(RUN.measurements);
    const bytes = Buffer.from(text);
    const last = bytes.lastIndexOf('"record":"cell"');
    expect(run.finishedBytes).toBe(bytes.indexOf('\n', last) + 1);
  });

  test('with bytes that are no UTF-8 is gone on with at the right byte', () => {
    const title = JSON.stringify({ ...RUN.header, title: '?' });
    const bytes = Buffer.from(`${[title, ...LINES.slice(1)].join('\n')}\n`, 'latin1');
    bytes[bytes.indexOf('"?"') + 1] = 0xff;
    expect(read(bytes).finishedBytes).toBe(bytes.indexOf('\n', bytes.lastIndexOf('"record":"cell"')) + 1);
  });

  test.each([
    ['empty', '', /run\.ndjson is empty, expected a run file/],
    ['of one torn line', LINES[0] ?? '', /holds no whole line, expected a run record first/],
    ['compressed', gzipSync(TEXT), /is compressed by gzip, expected lines of JSON in UTF-8/],
    ['UTF-16', Buffer.from(`\ufeff${TEXT}`, 'utf16le'), /is UTF-16, expected lines of JSON/],
    ['a page', '<!doctype html>\n<html>\n', /line 1: expected a JSON object, got "<!doctype html>"/],
    ['a list', `[${LINES[0]}]\n`, /line 1: expected a record of a run file/],
    ['two in one', `${TEXT}${TEXT}`, /a second run record: these are two run files in one/],
    ['without its header', LINES.slice(1).join('\n'), /line 1: expected the run record first, got sample/],
    ['nested deeply', `${'['.repeat(200_000)}\n`, /line 1: expected a/],
    [
      'of a format to come',
      TEXT.replace('tidemark.run.v1', 'tidemark.run.v2'),
      /line 1: run\.format: expected/,
    ],
  ])('%s gives one sentence', (_, contents, told) => {
    expect(() => read(contents)).toThrow(told);
    expect(() => read(contents)).toThrow(RunFileError);
  });

  test('that is cut off anywhere gives what was whole, and is not complete', () => {
    for (const share of [0.2, 0.5, 0.9, 0.999]) {
      const run = read(TEXT.slice(0, Math.floor(TEXT.length * share)));
      expect(run.end).toBeUndefined();
      expect(RUN.measurements.slice(0, run.measurements.length)).toEqual(run.measurements);
    }
  });

  test('that lost a measurement in the middle is not complete, whatever its last line says', () => {
    const at = LINES.findIndex((line) => line.includes('"record":"cell"'));
    expect(read(`${LINES.toSpliced(at, 1).join('\n')}\n`).end).toBeUndefined();
  });

  test('that is not there says so, and why', () => {
    expect(() => readRunFile('/nowhere/run.ndjson')).toThrow(
      /^\/nowhere\/run\.ndjson can't be read: .*\(ENOENT\)/,
    );
  });
});

describe('what is not proved', () => {
  test.each<[string, Partial<CellRecord>]>([
    ['a lost message', { lost: 1 }],
    ['a repeated message', { repeated: 1 }],
    ['a message out of order', { reordered: 1 }],
    ['a corrupt message', { corrupt: 1 }],
    ['no message', { messages: 0 }],
    ['a server that gives no proof', { provable: false }],
  ])('is not read as proved: %s', (_, facts) => {
    expect(() => read(withCell({ proved: true, ...facts }))).toThrow(/expected not to be proved, since/);
    expect(read(withCell({ proved: false, ...facts })).measurements[0]?.cell.proved).toBe(false);
  });

  test('is told by files of before a server could be without proof', () => {
    const { provable: _, ...cell } = JSON.parse(LINES.find((line) => line.includes('"cell"')) ?? '');
    const lines = LINES.map((line) =>
      line.includes('"record":"cell"') ? JSON.stringify({ ...JSON.parse(line), provable: undefined }) : line,
    );
    expect(read(`${lines.join('\n')}\n`).measurements[0]?.cell).toEqual({ ...cell, provable: true });
  });
});

describe('a cell', () => {
  test.each([
    [
      'that nobody meant to measure',
      { block: 7 },
      /the cell \{"block":7,.*\} is not among the settings of the run/,
    ],
    ['of another stream', { stream: 'arrays' }, /is not among the settings/],
    ['of a repeat too many', { repeat: 3 }, /is not among the settings/],
    ['that is there twice', { block: 20 }, /is there twice/],
  ])('%s is refused', (_, change, told) => {
    expect(() => read(withCell(change))).toThrow(told);
  });
});

describe('a run file of agents', () => {
  const AGENTS = runWithAgents();
  const RECORDS = recordsOf(AGENTS);
  const text = (records: readonly object[]) => `${records.map((each) => JSON.stringify(each)).join('\n')}\n`;
  const without = (out: (record: RunFileRecord) => boolean) => text(RECORDS.filter((record) => !out(record)));
  const changedShare = (change: object) => {
    const index = RECORDS.findIndex(({ record }) => record === 'share');
    return text(RECORDS.with(index, { ...RECORDS[index], ...change } as RunFileRecord));
  };

  test('is read as it was written', () => {
    const { header, measurements, agents, losses, end } = AGENTS;
    expect(read(text(RECORDS))).toMatchObject({ header, measurements, agents, losses, end });
  });

  test.each([
    [
      'without its agents',
      without(({ record }) => record === 'agent'),
      /agent "b" is not among the agents of the run so far/,
    ],
    [
      'with a share of an agent nobody knows',
      changedShare({ agent: 'x' }),
      /agent "x" is not among the agents/,
    ],
    [
      'with a client that two agents ran',
      changedShare({ clients: [1, 2] }),
      /don't have each of its 2 clients once/,
    ],
    [
      'with a client that no agent ran',
      changedShare({ clients: [] }),
      /don't have each of its 2 clients once/,
    ],
    ['with a client too many', changedShare({ clients: [3] }), /don't have each of its 2 clients once/],
    ['with two shares of one agent', changedShare({ agent: 'b' }), /an agent has two shares in it/],
  ])('%s is refused', (_, contents, told) => {
    expect(() => read(contents)).toThrow(told);
    expect(() => read(contents)).toThrow(RunFileError);
  });

  test('has nothing of a measurement in which an agent was lost', () => {
    const index = RECORDS.findIndex(({ record }) => record === 'share');
    const lost = RECORDS.find(({ record }) => record === 'lost') as RunFileRecord;
    const again = [
      ...RECORDS.slice(0, index + 1),
      lost,
      ...RECORDS.filter(({ record }) => record !== 'agent').slice(1),
    ];
    const run = read(text(again));
    expect(run.measurements).toEqual(AGENTS.measurements);
    expect(run.losses).toHaveLength(3); // the simulated one comes twice
  });

  test('that ends with a loss is gone on with behind it', () => {
    const index = RECORDS.findIndex(({ record }) => record === 'lost');
    const begin = text(RECORDS.slice(0, index + 1));
    expect(read(`${begin}${JSON.stringify(RECORDS[index + 1])}\n`).finishedBytes).toBe(
      Buffer.byteLength(begin),
    );
  });

  test('of before there were agents has none', () => {
    const old = recordsOf(RUN).map((record) => {
      const { agent: _, ...rest } = record as { agent?: unknown };
      if (record.record !== 'run') return rest;
      const { agents: __, ...settings } = record.settings;
      return { ...rest, settings };
    });
    expect(read(text(old))).toMatchObject({
      agents: [],
      losses: [],
      measurements: RUN.measurements,
      header: RUN.header,
    });
  });
});

/** Every value of a record, by its path. */
function* places(
  value: unknown,
  path: readonly (string | number)[] = [],
): Generator<readonly (string | number)[]> {
  if (path.length > 0) yield path;
  if (typeof value !== 'object' || value === null) return;
  for (const key of Object.keys(value))
    yield* places((value as Record<string, unknown>)[key], [...path, key]);
}

function changed(record: object, path: readonly (string | number)[], value: unknown): object {
  const copy = structuredClone(record) as Record<string | number, unknown>;
  let at = copy;
  for (const key of path.slice(0, -1)) at = at[key] as Record<string | number, unknown>;
  at[path.at(-1) ?? ''] = value;
  return copy;
}

test('whatever an enemy writes into a field, it is read and reported, or refused in a sentence', () => {
  const extreme = [
    null,
    true,
    -1,
    0,
    1e308,
    -1e308,
    5e-324,
    2 ** 53,
    1.5,
    '',
    'x'.repeat(10_000),
    [],
    {},
    '\u001b[2J\n',
  ];
  const random = seededRandom(7);
  const both = [recordsOf(RUN), recordsOf(runWithAgents())];
  let reported = 0;
  for (const { records, record } of both.flatMap((records) =>
    records.slice(0, 10).map((record) => ({ records, record })),
  )) {
    for (const path of places(record)) {
      const value = extreme[Math.floor(random.uniform() * extreme.length)];
      const lines = records.map((each): object =>
        each === record ? changed(each, path, value) : (each as RunFileRecord),
      );
      try {
        const analysis = analyse(read(`${lines.map((each) => JSON.stringify(each)).join('\n')}\n`));
        expect(`${reportText(analysis)}${reportMarkdown(analysis)}`).not.toContain('\u001b');
        reported++;
      } catch (error) {
        expect(error, `${path.join('.')} = ${JSON.stringify(value)}`).toBeInstanceOf(RunFileError);
      }
    }
  }
  expect(reported).toBeGreaterThan(20);
});
