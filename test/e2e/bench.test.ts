import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { outcome, serveOn, tidemark } from './processes.ts';
import { analysisOf, expectAllValid, linesOf, runFile } from './run-files.ts';

/** By a count, not by a time: on a busy machine a client may end no block in a short time. */
const SWEEP = ['--block-sizes', '1,20,100', '--clients', '1,2', '--repeat', '2', '--count', '5000'];
const folder = mkdtempSync(join(tmpdir(), 'tidemark-bench-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let swept: Promise<{ out: string; stdout: string; stderr: string }> | undefined;

/** A small run against a server of its own, made once for all the tests that look at one. */
function sweep(): Promise<{ out: string; stdout: string; stderr: string }> {
  swept ??= (async () => {
    const out = join(folder, 'run.ndjson');
    const named = ['--json', '--tag', 'where=test', '--title', 'A test'];
    const { code, stdout, stderr } = await outcome(tidemark('bench', ...SWEEP, '--out', out, ...named));
    expect(code, stderr).toBe(0);
    return { out, stdout, stderr };
  })();
  return swept;
}

describe('tidemark bench', () => {
  test('measures every cell as often as asked, proves it, and writes what its schemas say', async () => {
    const { out, stdout, stderr } = await sweep();
    expectAllValid('bench-events', stdout.split('\n'));
    const lines = linesOf(out);
    expectAllValid('run', lines);
    const records = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(records[0]).toMatchObject({ record: 'run', title: 'A test', tags: { where: 'test' } });
    expect(records.at(-1)).toMatchObject({ record: 'end', complete: true, cells: 12 });
    const cells = records.filter(({ record }) => record === 'cell');
    const names = cells.map(({ block, clients, repeat }) => `${block} ${clients} ${repeat}`);
    const due = [1, 20, 100].flatMap((block) =>
      [1, 2].flatMap((n) => [1, 2].map((r) => `${block} ${n} ${r}`)),
    );
    expect(names.toSorted()).toEqual(due.toSorted());
    for (const cell of cells) {
      expect(cell).toMatchObject({ proved: true, lost: 0, repeated: 0, reordered: 0, corrupt: 0 });
      expect(cell['server_blocks']).toBeGreaterThanOrEqual(cell['measured_blocks'] as number);
      expect(cell['server_messages']).toBeGreaterThanOrEqual(cell['messages'] as number);
    }
    expect(records.filter(({ role }) => role === 'server').length).toBeGreaterThan(0);
    expect(records.filter(({ role }) => role === 'client').length).toBeGreaterThan(0);
    const pids = new Set(records.flatMap(({ pid }) => (pid === undefined ? [] : [pid])));
    expect(pids.size).toBeGreaterThanOrEqual(2); // server and clients are processes of their own
    expect(stderr).toContain('Every block of all 6 cells was proved.');
  });

  test('exits 99 if a threshold is crossed, and 0 if none is', async () => {
    const given = [
      'bench',
      '--block-sizes',
      '20',
      '--clients',
      '1',
      '--repeat',
      '1',
      '--count',
      '2000',
      '--out',
    ];
    const crossed = await outcome(
      tidemark(...given, runFile(), '--thresholds', 'mean_block_ms<0.000001,proved'),
    );
    expect(crossed.stdout).toMatch(/CROSSED .* mean_block_ms<0\.000001, but it is \d/);
    expect(crossed.code).toBe(99);
    const kept = await outcome(tidemark(...given, runFile(), '--thresholds', 'mean_block_ms<10000,proved'));
    expect(kept.stdout).toContain('PROVED 1 cell measured, all valid and proved');
    expect(kept.code).toBe(0);
  });

  test.each([
    [['--thresholds', 'p98_block<5'], /a threshold must be of p50_block_ms, .*; got "p98_block"/],
    [['--duration', '1s', '--count', '5'], /--duration and --count both say when a cell ends: give one/],
    [['--block-sizes', '5,5'], /--block-sizes must be one or more different numbers, got "5,5"/],
    [['--count', '10', '--block-sizes', '5,500'], /--count must be at least 1500, .* got "10"/],
    [['--streams', 'users,orders'], /orders/],
    [['--resume', '/nowhere/run.ndjson'], /\/nowhere\/run\.ndjson does not exist/],
    [
      ['http://127.0.0.1:1/'],
      /URL must be a ws:\/\/ or wss:\/\/ address \(bench measures WebSocket alone\) such as .*, got "http/,
    ],
  ])('refuses %j with a reason', async (args, reason) => {
    const { code, stderr } = await outcome(tidemark('bench', ...args));
    expect(stderr).toMatch(reason);
    expect(code).toBe(1);
  });

  test('brings a token in the URL, and keeps it nowhere', async () => {
    const server = await serveOn(0, '--token', 'hush-hush-0123456789');
    const { url: base } = await server.event('listening');
    const out = runFile();
    const given = ['--block-sizes', '5', '--clients', '1', '--repeat', '1', '--count', '2000', '--out', out];
    const url = `${base}/users?access_token=hush-hush-0123456789`;
    const { stdout, stderr } = await outcome(tidemark('bench', url, ...given));
    expect(stdout).toContain('Every block of the cell was proved.');
    expect(`${stdout}${stderr}${readFileSync(out, 'utf8')}`).not.toContain('hush-hush');
  });

  test.each([
    ['', 'users?seed=1'],
    ['/', 'users?seed=1'],
    ['/bytes?size=64', 'bytes?size=64&seed=1'],
    ['/?seed=7', 'users?seed=7'],
  ])('reaches a server behind a base path, by its URL and "%s"', async (asked, stream) => {
    const server = await serveOn(0, '--base-path', '/feeds');
    const { url } = await server.event('listening');
    const out = runFile();
    const given = ['--block-sizes', '5', '--clients', '1', '--repeat', '1', '--count', '2000', '--out', out];
    const { code, stdout, stderr } = await outcome(tidemark('bench', `${url}${asked}`, ...given));
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('Every block of the cell was proved.');
    expect(JSON.parse(linesOf(out)[0] ?? '').settings.streams).toEqual([stream]);
  });

  test('never writes over a file that holds something', async () => {
    const out = runFile();
    writeFileSync(out, 'mine\n');
    const { code, stderr } = await outcome(tidemark('bench', '--out', out));
    expect(stderr).toContain(`${out} is not empty`);
    expect([code, readFileSync(out, 'utf8')]).toEqual([1, 'mine\n']);
  });
});

describe('tidemark report and tidemark compare', () => {
  test('say the same in every form, from the run file alone', async () => {
    const { out } = await sweep();
    const { cells, answer } = await analysisOf(out);
    const csv = (await outcome(tidemark('report', out, '--format', 'csv'))).stdout.split(/\r?\n/);
    expect(csv).toHaveLength(1 + cells.length);
    const [header = '', first = ''] = csv;
    const column = header.split(',').indexOf('interval_ms_mean');
    expect(Number(first.split(',')[column])).toBe(cells[0]?.interval_ms?.mean);
    for (const format of ['text', 'md']) {
      const { stdout } = await outcome(tidemark('report', out, '--format', format));
      for (const sentence of answer) expect(stdout).toContain(sentence);
    }
    const page = out.replace('.ndjson', '.html');
    expect((await outcome(tidemark('report', out))).stdout).toContain(`wrote ${page}`);
    expect(existsSync(page)).toBe(true);
    expect((await analysisOf(out)).answer).toEqual(answer); // the same file, the same words
  });

  test('a run is no different from itself, and a condition that it keeps is kept', async () => {
    const measured = fileURLToPath(new URL('../../docs/analysis-example/max.ndjson', import.meta.url));
    const same = await outcome(
      tidemark('compare', measured, measured, '--format', 'json', '--fail-if', 'mean_block>+1000%'),
    );
    expectAllValid('comparison', [same.stdout]);
    const { verdict, conditions } = JSON.parse(same.stdout);
    expect(verdict).not.toBe('different');
    expect(conditions[0].result).toBe('kept');
    expect(same.code).toBe(0);
    const crossed = await outcome(tidemark('compare', measured, measured, '--fail-if', 'mean_block>-99%'));
    expect(crossed.stdout).toContain('CROSSED mean_block>-99%');
    expect(crossed.code).toBe(99);
  });

  test('refuse what is no run file, with the line', async () => {
    const bad = runFile();
    writeFileSync(bad, '{"record":"cell"}\n');
    const { code, stderr } = await outcome(tidemark('report', bad));
    expect(stderr).toContain(`${bad}, line 1: cell.`);
    expect(code).toBe(1);
  });
});
