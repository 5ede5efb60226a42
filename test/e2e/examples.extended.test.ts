import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { outcome, Process, PYTHON, serveOn } from './processes.ts';

test('dashboard_feed.py', async () => {
  const program = fileURLToPath(new URL('../../examples/dashboard_feed.py', import.meta.url));
  const server = await serveOn(0);
  const { url } = await server.event('listening');
  const { code, stdout } = await outcome(new Process(PYTHON, [program, `${url}/users?rate=100`]));
  expect(stdout.split('\n')).toHaveLength(5);
  expect(code).toBe(0);
  expect(await server.event('message')).toMatchObject({ text: 'five users are on the dashboard' });
});
