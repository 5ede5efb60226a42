import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Cell } from '../../src/analysis/run/analysis.ts';
import { freePort, outcome, serveOn, tidemark } from './processes.ts';
import { analysisOf, expectAllValid, linesOf, runFile } from './run-files.ts';

const TIMEOUT = { timeout: 240_000 };

/** A paced cell of one client, measured once. */
function oneCell(blockSize: string): string[] {
  const size = ['--block-sizes', blockSize, '--clients', '1', '--rates', '100'];
  return [...size, '--repeat', '1', '--duration', '2s'];
}

describe('tidemark bench', () => {
  test('that is interrupted exits 130, keeps what it has, and is finished by --resume', TIMEOUT, async () => {
    const out = runFile();
    const given = [
      '--block-sizes',
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
});

describe('known answers', () => {
  const WINDOW_MS = 2000;

  /**
   * A paced message is never early, and late by what the machine adds: the run itself tells by how much at most. No time
   * between two messages can be further from what is due than that.
   */
  const near = (value: number | undefined, dueMs: number, latest: number) => {
    expect(value).toBeGreaterThan(dueMs * 0.95 - latest);
    expect(value).toBeLessThan(dueMs * 1.05 + latest);
  };

  test('a paced stream gives the block times that arithmetic says', TIMEOUT, async () => {
    const out = runFile();
    const given = [
      '--block-sizes',
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
      const latest = (latency_ms?.max ?? Number.NaN) + (clock_error_ms ?? Number.NaN);
      near(interval_ms?.mean, block * 10, latest);
      near(elapsed_ms?.mean, (block - 1) * 10, latest);
      near(1000 / msgs_per_s, 10 / clients, latest / (WINDOW_MS / 10)); // spread over the messages of the window
      expect(latency_ms?.p50).toBeGreaterThan(-(clock_error_ms ?? 0));
    }
  });

  test('a delay of 20 ms on the way shows in the latency, and not in block times', TIMEOUT, async () => {
    const port = await freePort();
    await serveOn(port, '--chaos', 'delay=20ms');
    const out = runFile();
    await outcome(tidemark('bench', `ws://127.0.0.1:${port}`, ...oneCell('10'), '--out', out));
    const [cell] = (await analysisOf(out)).cells as [Cell];
    const [latency = 0, error = 0] = [cell.latency_from_send_ms?.p50, cell.clock_error_ms ?? 0];
    near(cell.interval_ms?.mean, 100, (cell.latency_ms?.max ?? Number.NaN) + error);
    // Only answers are late here, so half of it is in the bound of the clocks' error: it is said, not hidden.
    expect(error).toBeGreaterThanOrEqual(9);
    expect(latency).toBeGreaterThanOrEqual(20 - error);
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
    const given = [
      '--block-sizes',
      '5',
      '--clients',
      '2',
      '--rates',
      '100',
      '--repeat',
      '2',
      '--duration',
      '3s',
    ];
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
  const bench = tidemark('bench', `ws://127.0.0.1:${port}`, ...oneCell('5'), '--out', runFile());
  await server.event('receipt', ({ client, block }) => client === 'bench-0-1' && Number(block) >= 5);
  server.kill('SIGKILL');
  const { code, stdout } = await outcome(bench);
  expect(stdout).toMatch(/1 of 1 cell is invalid/);
  expect([2, 3]).toContain(code);
});

test(
  'no server, or one that lets nobody in, is one sentence and one exit code, and leaves no file',
  TIMEOUT,
  async () => {
    const port = await freePort();
    const page = createServer((_, response) => {
      response.writeHead(404, { 'Content-Type': 'text/html' });
      response.end('<!doctype html>\n<title>Not here</title>\n<h1>404</h1>\n');
    }).listen(0, '127.0.0.1');
    onTestFinished(() => void page.close());
    await once(page, 'listening');
    const out = runFile();
    const bench = async (at: number) => {
      const url = `ws://127.0.0.1:${at}`;
      const given = ['--clients', '20', '--client-processes', '3', '--out', out];
      const { code, stderr } = await outcome(tidemark('bench', url, ...given));
      expect(code, stderr).toBe(3);
      expect(stderr.trimEnd().split('\n')).toHaveLength(1);
      expect(stderr).toContain(`tidemark: connecting 20 clients to ${url} failed: client `);
      expect(existsSync(out)).toBe(false);
      return stderr;
    };
    expect(await bench(port)).toContain('connect ECONNREFUSED');
    expect(await bench((page.address() as AddressInfo).port)).toContain('HTTP 404');
    await serveOn(port, '--token', 'hush-hush-0123456789');
    expect(await bench(port)).toContain('token');
  },
);
