import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { launchChromium, openPage } from './page.ts';
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

test('page.html', async () => {
  const server = await serveOn(0);
  const { url } = await server.event('listening');
  const browser = await launchChromium();
  try {
    const file = fileURLToPath(new URL('../../examples/page.html', import.meta.url));
    const { page, complaints } = await openPage(browser, { policy: '', file, query: `?server=${url}` });
    await expect.poll(() => page.textContent('#verdict')).toBe('proved: 50 of 50 messages');
    expect(await page.textContent('#blocks')).toBe('10');
    expect(JSON.parse((await page.textContent('#last')) ?? '')).toMatchObject({ seq: 49 });
    expect(complaints).toEqual([]);
  } finally {
    await browser.close();
  }
});
