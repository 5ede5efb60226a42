import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { PROGRAM, Process, pause, temporaryFolder, tidemark } from './processes.ts';

test('the demo shows its page, the main job, a kill and the resume, catches who misbehaves, and leaves nothing behind', async () => {
  const demo = tidemark('demo');
  onTestFinished(async () => {
    demo.kill('SIGTERM'); // whatever happened: it ends its server, too
    await Promise.race([demo.exited, pause(8000)]);
  });
  const url = await pageOf(demo);
  for (const name of ['alice', 'bob', 'carol'])
    await demo.line(new RegExp(`^server +│ Client ${name} received 1 block in .* verified$`));
  await demo.line(/^path +│ flips a bit in a message to mallory/);
  await demo.line(/^server +│ Client mallory received \d+ block in .* WRONG$/);
  await demo.line(/^mallory │ is told that block \d+ is wrong/);
  await demo.line(/^demo +│ kills the server with -9/);
  for (const name of ['alice', 'bob', 'carol', 'mallory'])
    await demo.line(new RegExp(`^${name} *│ resumed from message`));
  demo.kill('SIGINT');
  expect((await demo.exited).code).toBe(130);
  expect(demo.stdout[0]).toBe(`demo    │ the page: ${url}`);
  const verdicts = demo.stdout.slice(-5, -1);
  for (const [index, name] of ['alice', 'bob', 'carol'].entries())
    expect(verdicts[index]).toMatch(new RegExp(`^${name} +[\\d,]+ +\\d+ +0 +0 +0 +0 +\\d+ +proved$`));
  expect(verdicts[3]).toMatch(/^mallory +\d+ +\d+ +[1-9]\d* .* caught$/);
  expect(demo.stdout.at(-1)).toMatch(
    /^PROVED alice, bob and carol, as far as they went: [\d,]+ messages, each once, right and in order, though the server was killed (once|\d+ times); mallory was caught, as wanted: \d+ of its \d+ blocks wrong$/,
  );
  await expect(fetch(url)).rejects.toThrow(); // its server is gone
});

/** The address of its page, which is told first. */
async function pageOf(demo: Process): Promise<string> {
  return /http:\S+/.exec(await demo.line(/│ the page: http:/))?.[0] ?? '';
}

test.each([
  ['npm alone, whose shell passes it on to nobody', 1],
  ['npm, its shell and the demo', -1],
])('the demo and its server end by a SIGTERM to %s', async (_, sign) => {
  const folder = temporaryFolder();
  const start = `node ${JSON.stringify(PROGRAM)} demo --no-crash & echo pid $!; wait`;
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ scripts: { start } }));
  const npm = new Process('npm', ['start'], { cwd: folder, detached: true });
  const [, pid] = /^pid (\d+)$/.exec(await npm.line(/^pid \d+$/)) ?? [];
  let ended = false;
  onTestFinished(() => {
    if (!ended) process.kill(Number(pid), 'SIGTERM');
  });
  const url = await pageOf(npm);
  process.kill(sign * Number(npm.pid), 'SIGTERM');
  await npm.exited; // and the demo, which holds its output
  ended = true;
  await expect(fetch(url)).rejects.toThrow();
});

test('a second signal ends the demo at once, and its server with it', async () => {
  const demo = tidemark('demo', '--no-crash');
  const url = await pageOf(demo);
  demo.kill('SIGTERM');
  demo.kill('SIGINT');
  await demo.exited;
  await expect
    .poll(() =>
      fetch(url).then(
        ({ status }) => status,
        () => 'gone',
      ),
    )
    .toBe('gone');
});
