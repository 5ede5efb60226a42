import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { NatsServer } from '../../lab/kit/nats.mjs';
import { natsServer } from './nats.ts';
import { outcome, PROGRAM, Process, serveOn, tidemark } from './processes.ts';
import { analysisOf, expectAllValid, linesOf, runFile } from './run-files.ts';

const TIMEOUT = { timeout: 280_000 };

/** Cells in which a machine that is busy with other things still does as it should. */
const CELLS = ['--block-sizes', '5', '--clients', '6', '--rates', '50'];

/** `tidemark agent --json`, once it waits. */
async function agentOn(nats: NatsServer, name: string, ...args: string[]): Promise<Process> {
  const given = ['--nats', nats.url, '--name', name, '--processes', '2', '--json'];
  const agent = tidemark('agent', ...given, ...args);
  await agent.event('waiting');
  return agent;
}

async function agentsOn(nats: NatsServer): Promise<[Process, Process, Process]> {
  return Promise.all([agentOn(nats, 'a'), agentOn(nats, 'b'), agentOn(nats, 'c')]);
}

async function serverUrl(): Promise<string> {
  const { url } = await (await serveOn(0)).event('listening');
  return String(url);
}

function benchOn(nats: NatsServer, url: string, agents: number, out: string, ...args: string[]): Process {
  const given = ['--agents', String(agents), '--nats', nats.url, '--out', out, '--json'];
  return tidemark('bench', url, ...given, ...args);
}

/** Waits again for a bench, after the one that has it. */
async function waitsAgain(agent: Process, times = 2): Promise<void> {
  await agent.firstEvents(times, 'waiting');
}

type FileRecord = Record<string, unknown> & { record: string };

function recordsIn(out: string): FileRecord[] {
  const lines = linesOf(out);
  expectAllValid('run', lines);
  return lines.map((line) => JSON.parse(line) as FileRecord);
}

describe('three agents', () => {
  test('run the clients of every cell, each of its own part, and wait again', TIMEOUT, async () => {
    const nats = await natsServer({ jetstream: false });
    const [url, agents] = [await serverUrl(), await agentsOn(nats)];
    const out = runFile();
    const given = ['--block-sizes', '5,20', '--clients', '2,7', '--count', '600', '--repeat', '2'];
    const bench = benchOn(nats, url, 3, out, ...given);
    const { code, stdout, stderr } = await outcome(bench);
    expect([0, 3], stderr).toContain(code); // 3 of a machine that was too busy
    expectAllValid('bench-events', stdout.split('\n'));
    const records = recordsIn(out);
    expect(records.filter(({ record }) => record === 'agent')).toMatchObject([
      { agent: 'a', processes: 2 },
      { agent: 'b', processes: 2 },
      { agent: 'c', processes: 2 },
    ]);
    const cells = records.filter(({ record }) => record === 'cell');
    expect(cells).toHaveLength(8);
    for (const cell of cells) {
      expect(cell).toMatchObject({ proved: true, lost: 0, repeated: 0 });
      const shares = records.filter(({ record, run }) => record === 'share' && run === cell['run']);
      const clients = shares.flatMap((share) => share['clients'] as number[]);
      expect(clients.toSorted((x, y) => x - y)).toEqual(
        Array.from({ length: Number(cell['clients']) }, (_, index) => index + 1),
      );
    }
    const { cells: analysed, agents: apart } = await analysisOf(out);
    expect(apart.map(({ agent }) => agent)).toEqual(['a', 'b', 'c']);
    for (const { msgs_per_s, agents: parts } of analysed)
      expect(parts.reduce((sum, part) => sum + part.msgs_per_s, 0)).toBeCloseTo(msgs_per_s, -1);
    for (const agent of agents) await waitsAgain(agent);
  });

  test('of which one is killed within a cell: it is marked, and made by the others', TIMEOUT, async () => {
    const nats = await natsServer({ jetstream: false });
    const [url, agents] = [await serverUrl(), await agentsOn(nats)];
    const out = runFile();
    const bench = benchOn(nats, url, 3, out, ...CELLS, '--repeat', '3', '--duration', '5s');
    await bench.firstEvents(2, 'measuring');
    agents[1].kill('SIGKILL');
    const lost = await bench.event('lost');
    expect(lost).toMatchObject({ agent: 'b', left: 2, attempt: 1, reason: 'no sign of life for 8 s' });
    const { code, stdout, stderr } = await outcome(bench);
    expect([0, 3], stderr).toContain(code);
    expectAllValid('bench-events', stdout.split('\n'));
    const records = recordsIn(out);
    expect(records.filter(({ record }) => record === 'lost')).toMatchObject([
      { agent: 'b', run: lost['run'] },
    ]);
    const cells = records.filter(({ record }) => record === 'cell');
    expect(cells.map(({ run, proved }) => [run, proved])).toEqual([
      [0, true],
      [1, true],
      [2, true],
    ]);
    const after = records.filter(({ record, run }) => record === 'share' && run === lost['run']);
    expect(after.map(({ agent }) => agent)).toEqual(['a', 'c']);
    expect(records.at(-1)).toMatchObject({ record: 'end', complete: true, cells: 3 });
    const report = await outcome(tidemark('report', out, '--format', 'text'));
    expect(report.stdout).toContain('Agent b was lost on the way');
  });

  test('of which one is stopped for a while: what it ran ends, and it waits again', TIMEOUT, async () => {
    const nats = await natsServer({ jetstream: false });
    const server = await serveOn(0);
    const url = String((await server.event('listening'))['url']);
    const agents = await agentsOn(nats);
    const out = runFile();
    const bench = benchOn(nats, url, 3, out, ...CELLS, '--repeat', '2', '--duration', '4s');
    await bench.event('measuring');
    agents[2].kill('SIGSTOP');
    await bench.event('lost', ({ agent }) => agent === 'c');
    // Its processes have ended by themselves, since it tells them nothing: the next one to be measured is of the others alone.
    await bench.event('measured');
    const clients = await fetch(`${url.replace('ws', 'http')}/clients`).then(
      (response) => response.json() as Promise<{ clients: { client: string }[] }>,
    );
    const first = clients.clients.filter(({ client }) => /^bench-0-\d+$/.test(client));
    expect(first).toEqual([]);
    agents[2].kill('SIGCONT');
    await waitsAgain(agents[2]);
    const { code, stderr } = await outcome(bench);
    expect([0, 3], stderr).toContain(code);
  });

  test('whose bench is killed wait again, and are taken by the next', TIMEOUT, async () => {
    const nats = await natsServer({ jetstream: false });
    const [url, agents] = [await serverUrl(), await agentsOn(nats)];
    const out = runFile();
    const bench = benchOn(nats, url, 3, out, ...CELLS, '--repeat', '3', '--duration', '3s');
    await bench.event('measured');
    bench.kill('SIGKILL');
    await outcome(bench);
    for (const agent of agents) {
      const { reason } = await agent.event('released');
      expect(reason).toBe('no sign of life for 8 s');
      await waitsAgain(agent);
    }
    const resumed = tidemark('bench', '--resume', out, '--nats', nats.url, '--json');
    const { code, stderr } = await outcome(resumed);
    expect([0, 3], stderr).toContain(code);
    const runs = recordsIn(out).filter(({ record }) => record === 'cell');
    expect(runs.map(({ run }) => run)).toEqual([0, 1, 2]);
  });
});

describe('an agent', () => {
  test('whose clock is 3 s ahead tells its times by the clock of the bench', TIMEOUT, async () => {
    const nats = await natsServer({ jetstream: false });
    const url = await serverUrl();
    // Not by the command faketime, which stays between the test and the agent.
    const [library = ''] = readdirSync('/usr/lib')
      .map((folder) => join('/usr/lib', folder, 'faketime', 'libfaketime.so.1'))
      .filter((path) => existsSync(path));
    const shifted = { LD_PRELOAD: library, FAKETIME: '+3s', FAKETIME_DONT_FAKE_MONOTONIC: '1' };
    const ahead = new Process(
      process.execPath,
      [PROGRAM, 'agent', '--nats', nats.url, '--name', 'ahead', '--json'],
      { env: { ...process.env, ...shifted } },
    );
    await ahead.event('waiting');
    await agentOn(nats, 'right');
    const out = runFile();
    const bench = benchOn(nats, url, 2, out, ...CELLS, '--repeat', '2', '--duration', '2s');
    const { code, stderr } = await outcome(bench);
    expect([0, 3], stderr).toContain(code);
    const records = recordsIn(out);
    for (const { record, agent, clock_offset_ms, clock_error_ms } of records) {
      if (record !== 'share') continue;
      const due = agent === 'ahead' ? 3000 : 0;
      // One machine, one clock, but for what is read of it twice.
      expect(Math.abs(Number(clock_offset_ms) - due)).toBeLessThanOrEqual(Number(clock_error_ms) + 0.1);
    }
    const cells = records.filter(({ record }) => record === 'cell');
    for (const { run, from_ms, to_ms } of cells) {
      const within = records.filter(
        ({ record, role, run: own }) => record === 'sample' && role === 'client' && own === run,
      );
      expect(new Set(within.map(({ agent }) => agent))).toEqual(new Set(['ahead', 'right']));
      for (const { at_ms } of within) {
        expect(Number(at_ms)).toBeGreaterThan(Number(from_ms));
        expect(Number(at_ms)).toBeLessThan(Number(to_ms));
      }
    }
  });

  test('is told why it is not there, and what it may not do', TIMEOUT, async () => {
    const nats = await natsServer({ jetstream: false });
    await agentOn(nats, 'a');
    await agentOn(nats, 'b', '--allow-target', 'feed.example.org');
    const out = runFile();
    const given = [...CELLS, '--count', '600', '--agents-timeout', '3s'];
    const { code, stderr } = await outcome(benchOn(nats, await serverUrl(), 2, out, ...given));
    expect(stderr).toMatch(
      /tidemark: 1 of 2 agents came within 3 s \(a\); b: its operator does not let it send clients to 127\.0\.0\.1:\d+/,
    );
    expect(code).toBe(3);
    expect(() => readFileSync(out)).toThrow(/ENOENT/);
  });

  test(
    'and its bench need no more of NATS than the guide gives them, and say what they lack',
    TIMEOUT,
    async () => {
      const guide = readFileSync(new URL('../../docs/guide.md', import.meta.url), 'utf8');
      const [, users = ''] = /```text\n(authorization \{[\s\S]*?)```/.exec(guide) ?? [];
      const nats = await natsServer({
        jetstream: false,
        config: users.replaceAll('password: …', 'password: secret'),
      });
      const urlOf = (user: string) => nats.url.replace('nats://', `nats://${user}:secret@`);
      const agent = tidemark('agent', '--nats', urlOf('agent'), '--name', 'a', '--processes', '1', '--json');
      await agent.event('waiting');
      const given = [
        'bench',
        await serverUrl(),
        '--agents',
        '1',
        ...CELLS,
        '--repeat',
        '1',
        '--count',
        '600',
      ];
      const right = await outcome(tidemark(...given, '--nats', urlOf('bench'), '--out', runFile()));
      expect([0, 3], right.stderr).toContain(right.code);
      expect(right.stdout).toContain('1 cell measured');
      const short = ['--agents-timeout', '3s', '--out', runFile()];
      const wrong = await outcome(tidemark(...given, '--nats', urlOf('agent'), ...short));
      expect(wrong.stderr).toMatch(
        /^tidemark: this user of NATS may not publish to tidemark\.agents\.call$/m,
      );
      expect(wrong.stderr).toMatch(/^tidemark: none of 1 agent came within 3 s$/m);
      expect(`${right.stdout}${wrong.stderr}`).not.toContain('secret');
    },
  );

  test('that is stopped by a signal ends well, and its bench knows at once', TIMEOUT, async () => {
    const nats = await natsServer({ jetstream: false });
    const [a, b] = [await agentOn(nats, 'a'), await agentOn(nats, 'b')];
    const bench = benchOn(
      nats,
      await serverUrl(),
      2,
      runFile(),
      ...CELLS,
      '--repeat',
      '2',
      '--duration',
      '3s',
    );
    await bench.event('measuring');
    a.kill('SIGTERM');
    expect((await outcome(a)).code).toBe(0);
    expect(await bench.event('lost')).toMatchObject({ agent: 'a', left: 1, reason: 'it was told to end' });
    b.kill('SIGINT');
    expect((await outcome(b)).code).toBe(0);
    const { code, stderr } = await outcome(bench);
    expect(stderr).toMatch(
      /tidemark: no agent is left: a was lost: it was told to end; b was lost: it was told to end/,
    );
    expect(code).toBe(3);
    expectAllValid('agent-events', a.stdout);
  });

  test('that loses NATS finds its way back, and its bench ends with a sentence', TIMEOUT, async () => {
    const nats = await natsServer({ jetstream: false });
    const a = await agentOn(nats, 'a');
    const url = await serverUrl();
    const out = runFile();
    const bench = benchOn(nats, url, 1, out, ...CELLS, '--repeat', '2', '--duration', '3s');
    await bench.event('measured');
    await nats.kill();
    const { code, stderr } = await outcome(bench);
    expect(stderr).toMatch(/tidemark: no agent is left: a was lost: no sign of life for 8 s/);
    expect(code).toBe(3);
    await waitsAgain(a);
    await nats.restart();
    const resumed = tidemark('bench', '--resume', out, '--nats', nats.url, '--json');
    expect([0, 3]).toContain((await outcome(resumed)).code);
    expect(recordsIn(out).at(-1)).toMatchObject({ record: 'end', complete: true, cells: 2 });
  });
});
