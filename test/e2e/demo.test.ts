import { expect, onTestFinished, test } from 'vitest';
import { pause, tidemark } from './processes.ts';

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
  await expect(fetch(url)).rejects.toThrow(); // its server is gone
});
