import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { PROGRAM, Process, pause, temporaryFolder, tidemark } from './processes.ts';

test('the demo shows the main job, a kill and the resume, and leaves nothing behind', async () => {
  const demo = tidemark('demo');
  onTestFinished(async () => {
    demo.kill('SIGTERM'); // whatever happened: it ends its server, too
    await Promise.race([demo.exited, pause(8000)]);
  });
  const listening = await demo.line(/server │ .*listens on ws:/);
  const url = /ws:\S+/.exec(listening)?.[0]?.replace('ws:', 'http:') ?? '';
  for (const name of ['alice', 'bob', 'carol'])
    await demo.line(new RegExp(`Client ${name} received 1 block in .* verified$`));
  await demo.line(/demo {3}│ kills the server with -9/);
  for (const name of ['alice', 'bob', 'carol']) await demo.line(new RegExp(`^${name} *│ .*resumed from`));
  demo.kill('SIGINT');
  expect((await demo.exited).code).toBe(130);
  const verdicts = demo.stdout.filter((line) => line.includes('INTERRUPTED'));
  expect(verdicts).toHaveLength(3);
  for (const verdict of verdicts)
    expect(verdict).toContain('lost 0, repeated 0, reordered 0, corrupt 0, resumes 1');
  expect(demo.stdout.at(-1)).toMatch(
    /^PROVED by all 3 clients, as far as they went: [\d,]+ messages, each once, right and in order, though the server was killed once$/,
  );
  await expect(fetch(url)).rejects.toThrow(); // its server is gone
});

test.each([
  ['npm alone, whose shell passes it on to nobody', 1],
  ['npm, its shell and the demo', -1],
])('the demo and its server end by a SIGTERM to %s', async (_, sign) => {
  const folder = temporaryFolder();
  const start = `node ${JSON.stringify(PROGRAM)} demo --no-kill & echo pid $!; wait`;
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ scripts: { start } }));
  const npm = new Process('npm', ['start'], { cwd: folder, detached: true });
  const [, pid] = /^pid (\d+)$/.exec(await npm.line(/^pid \d+$/)) ?? [];
  let ended = false;
  onTestFinished(() => {
    if (!ended) process.kill(Number(pid), 'SIGTERM');
  });
  const listening = await npm.line(/server │ .*listens on ws:/);
  const url = /ws:\S+/.exec(listening)?.[0]?.replace('ws:', 'http:') ?? '';
  process.kill(sign * Number(npm.pid), 'SIGTERM');
  await npm.exited; // and the demo, which holds its output
  ended = true;
  await expect(fetch(url)).rejects.toThrow();
});
