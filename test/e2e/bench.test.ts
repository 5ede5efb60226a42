import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import type { Analysis, Cell } from '../../src/analysis/analysis.ts';
import { freePort, outcome, serveOn, temporaryFolder, tidemark } from './processes.ts';

const TIMEOUT = { timeout: 120_000 };

function expectAllValid(schema: string, lines: readonly string[]): void {
  const url = new URL(`../../schemas/${schema}.schema.json`, import.meta.url);
  const validate = new Ajv2020({ strict: true, allErrors: true }).compile(
    JSON.parse(readFileSync(url, 'utf8')),
  );
  for (const line of lines) expect(validate(JSON.parse(line)) ? [] : validate.errors, line).toEqual([]);
}

const linesOf = (path: string) => readFileSync(path, 'utf8').trimEnd().split('\n');
const runFile = () => join(temporaryFolder(), 'run.ndjson');

/** A small sweep of its own server; exit 3 is a machine too busy to measure on, which is no fault of the bench. */
async function sweep(out: string, ...more: string[]) {
  const given = ['--blocks', '1,20,100', '--clients', '1,2', '--repeat', '2', '--duration', '200ms'];
  const done = await outcome(tidemark('bench', ...given, '--out', out, ...more));
  expect([0, 3, 99], done.stderr).toContain(done.code);
  return done;
}

async function analysisOf(path: string): Promise<Analysis> {
  const { stdout, code } = await outcome(tidemark('report', path, '--format', 'json'));
  expect(code).toBe(0);
  expectAllValid('analysis', [stdout]);
  return JSON.parse(stdout) as Analysis;
}

describe('tidemark bench', () => {
  test(
    'measures every cell as often as asked, proves it, and writes what its schemas say',
    TIMEOUT,
    async () => {
      const out = runFile();
      const { stdout, stderr } = await sweep(out, '--json', '--tag', 'where=test', '--title', 'A test');
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
    },
  );

  test('that is interrupted exits 130, keeps what it has, and is finished by --resume', TIMEOUT, async () => {
    const out = runFile();
    const given = [
      '--blocks',
      '1,20',
      '--clients',
      '1',
      '--repeat',
      '3',
      '--duration',
      '300ms',
      '--out',
      out,
    ];
    const first = tidemark('bench', ...given, '--json');
    await first.event('measured');
    first.kill('SIGINT');
    const { code } = await outcome(first);
    expect(code).toBe(130);
    const before = linesOf(out);
    expect(JSON.parse(before.at(-1) ?? '')).toMatchObject({ record: 'end', complete: false });
    // As after kill -9: what was being written is torn.
    writeFileSync(out, `${before.slice(0, -1).join('\n')}\n{"record":"sample","run":4,"ro`);
    const { stdout } = await outcome(tidemark('bench', '--resume', out, '--json'));
    const after = linesOf(out);
    expectAllValid('run', after);
    const runs = after.map((line) => JSON.parse(line)).filter(({ record }) => record === 'cell');
    expect(runs.map(({ run }) => run)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(JSON.parse(after.at(-1) ?? '')).toMatchObject({ record: 'end', complete: true, cells: 6 });
    const measured = stdout.split('\n').filter((line) => line.includes('"measured","at"'));
    expect(measured.length).toBeLessThan(6);
    expect((await outcome(tidemark('bench', '--resume', out, '--json'))).stdout).toContain('"done":6');
  });

  test('exits 99 if a threshold is crossed, and 0 if none is', TIMEOUT, async () => {
    const given = [
      'bench',
      '--blocks',
      '20',
      '--clients',
      '1',
      '--repeat',
      '1',
      '--duration',
      '200ms',
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
    [['--blocks', '5,5'], /blocks must be one or more different numbers, got "5,5"/],
    [['--count', '10', '--blocks', '5,500'], /count must be at least 1500, .* got "10"/],
    [['--streams', 'users,orders'], /orders/],
    [['--resume', '/nowhere/run.ndjson'], /\/nowhere\/run\.ndjson does not exist/],
    [['http://127.0.0.1:1/'], /url must be an address such as ws:\/\/127\.0\.0\.1:8000, got "http/],
  ])('refuses %j with a reason', async (args, reason) => {
    const { code, stderr } = await outcome(tidemark('bench', ...args));
    expect(stderr).toMatch(reason);
    expect(code).toBe(1);
  });

  test('brings a token in the URL, and keeps it nowhere', TIMEOUT, async () => {
    const port = await freePort();
    await serveOn(port, '--token', 'hush-hush-0123456789');
    const out = runFile();
    const given = ['--blocks', '5', '--clients', '1', '--repeat', '1', '--duration', '200ms', '--out', out];
    const url = `ws://127.0.0.1:${port}/users?access_token=hush-hush-0123456789`;
    const { stdout, stderr } = await outcome(tidemark('bench', url, ...given));
    expect(stdout).toContain('Every block of the cell was proved.');
    expect(`${stdout}${stderr}${readFileSync(out, 'utf8')}`).not.toContain('hush-hush');
  });

  test('never writes over a file that holds something', async () => {
    const out = runFile();
    writeFileSync(out, 'mine\n');
    const { code, stderr } = await outcome(tidemark('bench', '--out', out));
    expect(stderr).toContain(`${out} is not empty`);
    expect([code, readFileSync(out, 'utf8')]).toEqual([1, 'mine\n']);
  });
});

describe('known answers', () => {
  const near = (value: number | undefined, due: number) => {
    expect(value).toBeGreaterThan(due * 0.95);
    expect(value).toBeLessThan(due * 1.05);
  };

  test('a paced stream gives the block times that arithmetic says', TIMEOUT, async () => {
    const out = runFile();
    const given = [
      '--blocks',
      '10,20',
      '--clients',
      '1,3',
      '--rates',
      '100',
      '--repeat',
      '1',
      '--duration',
      '2s',
    ];
    await outcome(tidemark('bench', ...given, '--out', out));
    const { cells } = await analysisOf(out);
    expect(cells).toHaveLength(4);
    for (const { block, clients, interval_ms, elapsed_ms, msgs_per_s, latency_ms, clock_error_ms } of cells) {
      near(interval_ms?.mean, block * 10);
      near(elapsed_ms?.mean, (block - 1) * 10);
      near(msgs_per_s, clients * 100);
      expect(latency_ms?.p50).toBeGreaterThan(-(clock_error_ms ?? 0));
    }
  });

  test('a delay of 20 ms on the way shows in the latency, and not in block times', TIMEOUT, async () => {
    const port = await freePort();
    await serveOn(port, '--chaos', 'delay=20ms');
    const out = runFile();
    const given = ['--blocks', '10', '--clients', '1', '--rates', '100', '--repeat', '1', '--duration', '2s'];
    await outcome(tidemark('bench', `ws://127.0.0.1:${port}`, ...given, '--out', out));
    const [cell] = (await analysisOf(out)).cells as [Cell];
    near(cell.interval_ms?.mean, 100);
    const [latency = 0, error = 0] = [cell.latency_from_send_ms?.p50, cell.clock_error_ms ?? 0];
    // Only answers are late here, so half of it is in the bound of the clocks' error: it is said, not hidden.
    expect(error).toBeGreaterThanOrEqual(9);
    expect(latency).toBeGreaterThanOrEqual(20 - error);
    expect(latency).toBeLessThan(20 + error + 20);
  });
});

test(
  'outages of the server are on the time line, also one that is not over when the window is',
  TIMEOUT,
  async () => {
    const port = await freePort();
    let server = await serveOn(port);
    const out = runFile();
    const url = `ws://127.0.0.1:${port}/users`;
    const given = ['--blocks', '5', '--clients', '2', '--rates', '100', '--repeat', '2', '--duration', '3s'];
    const bench = tidemark('bench', url, ...given, '--out', out, '--json');
    const restarted = async (run: number, afterMs: number) => {
      // The warm-up is over.
      await server.event('receipt', ({ client, block }) => client === `bench-${run}-1` && Number(block) >= 5);
      server.kill('SIGKILL');
      await outcome(server);
      await new Promise((resolve) => setTimeout(resolve, afterMs));
      server = await serveOn(port);
    };
    await restarted(0, 200);
    await restarted(1, 4000);
    const { code } = await outcome(bench);
    const { timeline, cells, answer } = await analysisOf(out);
    const outages = timeline.outages.toSorted((a, b) => a.at_s - b.at_s);
    expect(outages).toHaveLength(4); // two clients, twice
    for (const { outage_ms } of outages.slice(0, 2)) expect(outage_ms).toBeGreaterThan(200);
    for (const { outage_ms } of outages.slice(2)) expect(outage_ms).toBeGreaterThan(2000);
    const [cell] = cells as [Cell];
    expect(cell.resumes).toBeGreaterThanOrEqual(2);
    expect(cell.valid).toBe(false);
    expect(
      cell.reasons.filter((reason) => /2 clients lost the server, for up to \d/.test(reason)),
    ).toHaveLength(2);
    expect(answer.join(' ')).toContain('1 of 1 cell is invalid');
    expect([2, 3]).toContain(code); // 2 if a receipt was on its way when the server was killed for good
  },
);

test('a server that stays away ends the measurement, which is not valid', TIMEOUT, async () => {
  const port = await freePort();
  const server = await serveOn(port);
  const given = ['--blocks', '5', '--clients', '1', '--rates', '100', '--repeat', '1', '--duration', '2s'];
  const bench = tidemark('bench', `ws://127.0.0.1:${port}`, ...given, '--out', runFile());
  await server.event('receipt', ({ client, block }) => client === 'bench-0-1' && Number(block) >= 5);
  server.kill('SIGKILL');
  const { code, stdout } = await outcome(bench);
  expect(stdout).toMatch(/1 of 1 cell is invalid/);
  expect([2, 3]).toContain(code);
});

test('no server, or one that lets nobody in, is an error that says so', TIMEOUT, async () => {
  const port = await freePort();
  const bench = () =>
    outcome(tidemark('bench', `ws://127.0.0.1:${port}`, '--clients', '1', '--out', runFile()));
  const away = await bench();
  expect(away.stderr).toMatch(/client 1: no connection for 10 s: connect ECONNREFUSED/);
  expect(away.code).toBe(1);
  await serveOn(port, '--token', 'hush-hush-0123456789');
  const closed = await bench();
  expect(closed.stderr).toMatch(/client 1: .*token/);
  expect(closed.code).toBe(1);
});

describe('tidemark report and tidemark compare', () => {
  test('say the same in every form, from the run file alone', TIMEOUT, async () => {
    const out = runFile();
    await sweep(out);
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

  test('a run is no different from itself, and a condition that it keeps is kept', TIMEOUT, async () => {
    const out = runFile();
    await sweep(out);
    const same = await outcome(
      tidemark('compare', out, out, '--format', 'json', '--fail-if', 'mean_block>+1000%'),
    );
    expectAllValid('comparison', [same.stdout]);
    const { verdict, conditions } = JSON.parse(same.stdout);
    expect(verdict).not.toBe('different');
    expect(conditions[0].result).toBe('kept');
    expect(same.code).toBe(0);
    const crossed = await outcome(tidemark('compare', out, out, '--fail-if', 'mean_block>-99%'));
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
