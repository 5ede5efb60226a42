import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { crc32 } from 'node:zlib';
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { launchChromium } from './page.ts';
import { freePort, outcome, PROGRAM, Process, PYTHON, serveOn, tidemark } from './processes.ts';

/** The live page of a real server, in Debian's Chromium. */

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser?.close());

interface LivePageInBrowser {
  readonly page: Page;
  /** What the console said, and what was asked of anybody but the server. */
  readonly complaints: readonly string[];
}

async function openLive(
  url: string,
  { width = 1280, scheme = 'light' as 'light' | 'dark' } = {},
): Promise<LivePageInBrowser> {
  const page = await browser.newPage({ colorScheme: scheme, viewport: { width, height: 1400 } });
  onTestFinished(() => page.close());
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => {
    const asked = request.url();
    if (new URL(asked).host !== new URL(url).host && !asked.startsWith('blob:')) complaints.push(asked);
  });
  await page.goto(url);
  return { page, complaints };
}

/** A server on this port, and the address of its page. */
async function live(port: number, ...args: string[]): Promise<{ server: Process; url: string }> {
  return { server: await serveOn(port, ...args), url: `http://127.0.0.1:${port}/` };
}

/** A client that goes on until the test ends, once it is connected. */
async function client(
  name: string,
  port: number,
  path = 'users?seed=7&rate=50',
  ...args: string[]
): Promise<Process> {
  const url = `ws://127.0.0.1:${port}/${path}`;
  const running = tidemark('connect', url, '--client', name, '--json', ...args);
  await running.event('connected');
  return running;
}

const status = (page: Page) => page.locator('.status').innerText();
const isLive = (page: Page) => expect.poll(() => status(page)).toContain('Live');
const numberOf = (text: string | undefined) => Number((text ?? '').replaceAll(',', ''));

/** The cells of the roster, by name of the client and by heading. */
async function roster(page: Page): Promise<ReadonlyMap<string, Readonly<Record<string, string>>>> {
  const read = `(() => {
    const texts = (cells) => [...cells].map((cell) => (cell.querySelector('span') ?? cell).textContent);
    const headings = [...document.querySelectorAll('.roster thead th')].map((cell) => cell.textContent);
    return [...document.querySelectorAll('.roster tbody tr')].map((row) =>
      Object.fromEntries(texts(row.cells).map((text, i) => [headings[i], text])));
  })()`;
  const rows = (await page.evaluate(read)) as Record<string, string>[];
  return new Map(rows.map((row) => [row['Client'] ?? '', row]));
}

/** What this expression is of each such `place` of a page. */
async function ofEach(page: Page, selector: string, expression: string): Promise<readonly unknown[]> {
  const places = `document.querySelectorAll(${JSON.stringify(selector)})`;
  return (await page.evaluate(`Array.from(${places}, (place) => ${expression})`)) as readonly unknown[];
}

/** What a place says that is too narrow for it; null if it is not. */
const CUT = 'place.scrollWidth > place.clientWidth ? place.textContent : null';

/** The large figures, by what they are called. */
async function figures(page: Page): Promise<Readonly<Record<string, string>>> {
  const read = `Object.fromEntries([...document.querySelectorAll('.glance > div')].map((place) =>
    [place.querySelector('dt').textContent, place.querySelector('.figure').textContent]))`;
  return (await page.evaluate(read)) as Record<string, string>;
}

interface Listed {
  readonly name: string;
  readonly cursor: number;
  readonly blocks: number;
  readonly verified: number;
}

async function listed(url: string): Promise<readonly Listed[]> {
  const response = await fetch(new URL('clients', url));
  return ((await response.json()) as { clients: readonly Listed[] }).clients;
}

const verifiedOf = (clients: readonly Listed[]) => clients.reduce((sum, { verified }) => sum + verified, 0);

test('the numbers on the page are those of /clients, and nothing is said against it', async () => {
  const port = await freePort();
  const { url } = await live(port);
  const { page, complaints } = await openLive(url);
  for (const name of ['alice', 'bob', 'carol']) await client(name, port);
  await client('<img src=x>'.replaceAll(/[^a-z]/g, ''), port, 'bytes?size=100&rate=20');
  await expect.poll(async () => (await roster(page)).size).toBe(4);
  await expect.poll(async () => numberOf((await figures(page))['Blocks verified'])).toBeGreaterThan(20);

  const before = await listed(url);
  const shown = async () => {
    const [rows, large] = [await roster(page), await figures(page)];
    return { rows, verified: numberOf(large['Blocks verified']), clients: large['Clients'] };
  };
  const isBehind = ({ rows, verified }: Awaited<ReturnType<typeof shown>>) =>
    before.every(({ name, cursor }) => numberOf(rows.get(name)?.['Cursor']) >= cursor) &&
    verified >= verifiedOf(before);
  let found = await shown();
  await expect
    .poll(async () => {
      found = await shown();
      return isBehind(found);
    })
    .toBe(true);
  const after = await listed(url);
  expect(found.clients).toBe('4');
  expect(found.verified).toBeLessThanOrEqual(verifiedOf(after));
  for (const [i, { name, cursor, blocks, verified }] of after.entries()) {
    const row = found.rows.get(name);
    expect(numberOf(row?.['Cursor'])).toBeLessThanOrEqual(cursor);
    expect(numberOf(row?.['Blocks'])).toBeLessThanOrEqual(blocks);
    expect(numberOf(row?.['Blocks'])).toBeGreaterThanOrEqual(before[i]?.blocks ?? Number.NaN);
    expect(numberOf(row?.['Verified'])).toBeLessThanOrEqual(verified);
    expect(numberOf(row?.['Verified'])).toBeGreaterThanOrEqual(before[i]?.verified ?? Number.NaN);
    expect(numberOf(row?.['Wrong'])).toBe(0);
  }

  await page.getByRole('button', { name: 'Cursor', exact: true }).click();
  expect(await page.locator('.roster [aria-sort="descending"]').innerText()).toContain('Cursor');
  await page.getByRole('searchbox').fill('bytes');
  await expect.poll(() => page.locator('output').innerText()).toBe('1 of 4 clients');
  await expect.poll(async () => [...(await roster(page)).keys()]).toEqual(['imgsrcx']);
  // Charts are drawn, each has its table, and clients’ sentences are there.
  await expect.poll(() => page.locator('.charts svg[role=img]').count()).toBe(3);
  expect(await page.locator('.charts figure .unseen table').count()).toBe(3);
  await expect
    .poll(() => page.locator('.feed').innerText())
    .toMatch(/Client alice received \d+ block in .* ms time/);
  expect(complaints).toEqual([]);
});

test('a page that is opened late has the totals of /metrics', async () => {
  const port = await freePort();
  const { url } = await live(port);
  await (await client('alice', port, 'users?seed=7&rate=max', '-n', '500')).event('end');
  const { page } = await openLive(url);
  const metrics = await (await fetch(new URL('metrics', url))).text();
  const totals = [...metrics.matchAll(/^tidemark_receipts_total\{verdict="verified"\} (\d+)$/gm)];
  expect(totals.map(([, total]) => total)).toEqual(['100']);
  await expect.poll(async () => (await figures(page))['Blocks verified']).toBe('100');
  expect(await page.locator('.glance').innerText()).toContain('none wrong, since the server began');
  // Nothing of a note is cut off.
  expect(
    await page.evaluate(`[...document.querySelectorAll('.glance .note')]
      .filter((note) => note.scrollHeight > note.clientHeight + 1 || note.scrollWidth > note.clientWidth)
      .map((note) => note.textContent)`),
  ).toEqual([]);
});

test('the page says that its server was killed, and goes on after its restart without reloading', async () => {
  const port = await freePort();
  const { server, url } = await live(port);
  const { page, complaints } = await openLive(url);
  await client('alice', port);
  await expect.poll(async () => numberOf((await figures(page))['Blocks verified'])).toBeGreaterThan(5);
  await page.evaluate('window.isTheSame = true');
  const verified = numberOf((await figures(page))['Blocks verified']);
  const said = await page.locator('.feed li').last().innerText();

  await server.killNow();
  await expect.poll(() => status(page)).toMatch(/The server is gone since \d\d:\d\d:\d\d\s+trying again/);
  const seen = /when last seen at \d\d:\d\d:\d\d/;
  for (const note of await page.locator('.glance .note').allInnerTexts()) expect(note).toMatch(seen);
  await expect.poll(() => page.locator('.roster.stale').count()).toBe(1);
  expect(await page.locator('output').innerText()).toMatch(seen);
  await live(port);
  await isLive(page);
  await expect
    .poll(async () => numberOf((await figures(page))['Blocks verified']))
    .toBeGreaterThan(verified + 5);
  expect([...(await roster(page)).keys()]).toEqual(['alice']);
  expect(await page.locator('.stale').count()).toBe(0);
  expect(await page.locator('.glance').innerText()).not.toMatch(seen);
  expect(await page.locator('.feed').innerText()).toContain(said.split('\n').at(-1));
  expect(await page.evaluate('window.isTheSame')).toBe(true);
  expect(complaints.filter((complaint) => !complaint.includes('net::ERR_'))).toEqual([]);
});

test('charts stay readable with a block of 0 ms, show all clients together, and grow with the screen', async () => {
  const { url } = await live(await freePort());
  const { page } = await openLive('about:blank', { width: 2560 });
  const endMs = Date.now();
  const stream = (name: string, clients: number, median: number) => ({
    ...{ stream: name, clients, messages: 10 * clients, bytes: 3000, blocks: 2, mismatched: 0 },
    block_ms: { median, p99: median * 1.1 },
  });
  const idle = { ...stream('bytes?seed=1', 0, 1), messages: 0, blocks: 0, block_ms: null };
  const seconds = Array.from({ length: 60 }, (_, i) => ({
    ...{ at_ms: endMs - (59 - i) * 1000, interval_ms: 1000, clients: 4 },
    streams: [stream('users?seed=1', 1, i === 30 ? 0.001 : 200), stream('users?seed=2', 3, 200), idle],
  }));
  const opening = {
    ...{
      type: 'opening',
      version: '1',
      started: new Date(endMs).toISOString(),
      chaos: null,
      dismisses: false,
    },
    ...{ verified: 9, mismatched: 2, seconds, marks: [], feed: [], left: [] },
  };
  await page.route('**/live', (route) => route.fulfill({ body: `${JSON.stringify(opening)}\n` }));
  await page.goto(url);
  await expect.poll(() => page.locator('.charts svg[role=img]').count()).toBe(3);
  const [rates, clients, times] = await page.locator('.charts figure').all();
  const ticks = async (chart = times) => (await chart?.locator('svg[role=img] text').allTextContents()) ?? [];
  expect((await ticks()).filter((tick) => tick.includes('≤'))).toEqual(['≤ 1 ms']);
  expect((await ticks()).filter((tick) => /µs/.test(tick))).toEqual([]);
  expect(await times?.locator('caption').textContent()).toContain('below 1 ms');
  expect(await clients?.locator('thead').textContent()).toBe('Timeall streamsusers?seed=1users?seed=2');
  expect(await clients?.locator('tbody td').first().textContent()).toBe('4');
  expect(await ticks(clients)).toContain('4');
  expect(await page.locator('.legend code').allTextContents()).toEqual(['users?seed=1', 'users?seed=2']);
  expect(Number(await rates?.locator('svg[role=img]').getAttribute('height'))).toBeGreaterThan(300);
  const colour = (selector: string) =>
    page.evaluate(`getComputedStyle(document.querySelector('${selector}')).color`);
  expect(await colour('.glance > div:nth-child(3) .figure')).toBe(await colour('.glance .figure'));
});

test('a client is asked to leave, with the admin’s token and not without', async () => {
  const port = await freePort();
  const { url } = await live(port, '--admin-token', 'an-admin-of-a-test');
  const { page } = await openLive(url);
  const alice = await client('alice', port);
  await client('bob', port);
  const dialog = page.getByRole('dialog', { name: 'Ask alice to leave?' });
  const ask = async (token: string) => {
    await dialog.getByLabel('The admin’s token').fill(token);
    await dialog.getByRole('button', { name: 'Ask to leave' }).click();
  };
  const focused = () =>
    page.evaluate("document.activeElement.getAttribute('aria-label') ?? document.activeElement.id");
  await page.getByRole('button', { name: 'Ask alice to leave' }).click();
  await ask('somebody-else');
  await expect
    .poll(() => dialog.getByRole('alert').innerText())
    .toBe("alice stays: the token is not the admin's.");
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  expect(await focused()).toBe('Ask alice to leave');
  await page.keyboard.press('Enter');
  await ask('somebody-else');
  await dialog.getByRole('alert').getByText('the token is not').waitFor();
  await ask('an-admin-of-a-test');
  await expect.poll(() => page.locator('.told').innerText()).toBe('alice was asked to leave.');
  expect(await dialog.count()).toBe(0);
  await alice.event('end');
  await expect.poll(async () => [...(await roster(page)).keys()]).toEqual(['bob']);
  expect(await focused()).toBe('roster-filter');
  await expect.poll(() => page.locator('.left-table').innerText()).toMatch(/alice[\s\S]*dismissed/);
});

test('the roster is one stop of the Tab key, however many clients there are', async () => {
  const port = await freePort();
  const { url } = await live(port, '--admin-token', 'an-admin-of-a-test');
  const { page } = await openLive(url);
  for (const name of ['alice', 'bob', 'carol']) await client(name, port);
  await expect.poll(async () => (await roster(page)).size).toBe(3);
  const stops = page.locator('.roster tbody button:not([tabindex="-1"])');
  await expect.poll(() => stops.count()).toBe(1);
  const names = [...(await roster(page)).keys()];
  const isAt = (name: string | undefined) =>
    expect(page.evaluate("document.activeElement.getAttribute('aria-label')")).resolves.toBe(
      `Ask ${name} to leave`,
    );
  await stops.focus();
  await isAt(names[0]);
  await page.keyboard.press('ArrowDown');
  await isAt(names[1]);
  await page.keyboard.press('End');
  await isAt(names[2]);
  await page.keyboard.press('Tab');
  expect(await page.evaluate("document.activeElement.closest('.roster')")).toBeNull();
  await page.keyboard.press('Shift+Tab');
  await isAt(names[2]);
  await page.getByRole('searchbox').fill(names[0] ?? '');
  await expect.poll(() => stops.getAttribute('aria-label')).toBe(`Ask ${names[0]} to leave`);
});

test('what is sorted, filtered or long is legible', async () => {
  const port = await freePort();
  const { url } = await live(port);
  const { page } = await openLive(url);
  await client('alice', port, 'arrays?dtype=float32&shape=64,64&dist=normal&seed=41&rate=1');
  await expect.poll(async () => (await roster(page)).size).toBe(1);
  const stream = page.locator('.roster tbody tr td').first();
  // The end is in sight, and the whole is to be had.
  const room = `place.getBoundingClientRect().right - place.querySelector('span > :last-child').getBoundingClientRect().right`;
  const [spare] = await ofEach(page, '.roster tbody tr :nth-child(2)[role=cell]', room);
  expect(spare).toBeGreaterThanOrEqual(0);
  expect(await stream.getAttribute('title')).toBe(await stream.textContent());

  for (const button of await page.locator('.roster thead button').all()) {
    await button.click();
    expect(await ofEach(page, '.roster thead th, .roster thead button', CUT)).not.toContainEqual(
      expect.any(String),
    );
  }
  await page.getByRole('searchbox').fill('nobody');
  await expect.poll(() => page.locator('.none').innerText()).toBe('No client matches “nobody”.');

  await page.getByRole('button', { name: 'Take part' }).click();
  await expect.poll(() => page.locator('.own-blocks').innerText()).toContain('verified');
  for (const width of [1280, 1600, 1920]) {
    await page.setViewportSize({ width, height: 1400 });
    expect(await ofEach(page, '.own-blocks', CUT)).toEqual([null]);
  }
});

test.each([360, 700, 1100, 1275, 1280])(
  'no figure of the roster has to be scrolled to sideways, or is cut, at %d px',
  async (width) => {
    const port = await freePort();
    const { url } = await live(port, '--admin-token', 'an-admin-of-a-test');
    const { page } = await openLive(url, { width });
    await client('alice', port, 'arrays?dtype=float32&shape=64,64&dist=normal&seed=41&rate=1');
    await client('bob', port, 'users?seed=7&rate=20&count=20');
    await expect.poll(() => page.locator('.left-table').innerText()).toContain('bob');
    await expect.poll(async () => [...(await roster(page)).keys()]).toEqual(['alice']);
    expect(await ofEach(page, '.roster, .left-table', 'place.scrollWidth - place.clientWidth')).toEqual([
      0, 0,
    ]);
    expect(await ofEach(page, '.roster :is(th, td), .left-table :is(th, td)', CUT)).not.toContainEqual(
      expect.any(String),
    );
  },
);

test('how many stand out is said, and leads to them; and the keys are shown to who uses them', async () => {
  const port = await freePort();
  const { url } = await live(port, '--admin-token', 'an-admin-of-a-test');
  const { page } = await openLive(url);
  for (const name of ['alice', 'bob']) await client(name, port);
  const socket = new WebSocket(`ws://127.0.0.1:${port}/bytes?size=1000000&seed=1&rate=50&client=idle`);
  onTestFinished(() => socket.terminate());
  socket.on('open', () => socket.pause());
  const stalled = page.getByRole('button', { name: '1 stalled' });
  await stalled.click();
  await expect.poll(async () => [...(await roster(page)).keys()]).toEqual(['idle']);
  expect(await stalled.getAttribute('aria-pressed')).toBe('true');
  await stalled.click();
  await expect.poll(async () => (await roster(page)).size).toBe(3);

  const keys = page.getByText('the other clients');
  expect(await keys.isVisible()).toBe(false);
  await page.locator('.roster thead button').last().focus();
  await page.keyboard.press('Tab');
  expect(await keys.isVisible()).toBe(true);
});

test('a server without an admin’s token has no buttons to ask with', async () => {
  const port = await freePort();
  const { url } = await live(port);
  const { page } = await openLive(url);
  await client('alice', port);
  await expect.poll(async () => (await roster(page)).size).toBe(1);
  expect(await page.getByRole('button', { name: 'Ask alice to leave' }).count()).toBe(0);
});

test('a tab that takes part goes on without a gap when its server is killed, and has what gen has', async () => {
  const port = await freePort();
  const { server, url } = await live(port);
  const { page, complaints } = await openLive(url);
  await page.getByLabel('Stream', { exact: true }).selectOption('users?seed=7');
  await page.getByLabel('Rate').selectOption('100');
  await page.getByLabel('Messages a block').fill('20');
  await page.getByLabel('Name').fill('tab');
  // All rows that are ever shown.
  await page.evaluate(`
    window.seen = {};
    new MutationObserver(() => {
      for (const { cells } of document.querySelectorAll('.own-blocks tbody tr')) {
        const [block, seqs, , , crc32, verdict] = [...cells].map(({ textContent }) => textContent);
        window.seen[block] = { seqs, crc32, verdict };
      }
    }).observe(document.querySelector('.part'), { childList: true, subtree: true });
  `);
  await page.getByRole('button', { name: 'Take part' }).click();
  const standing = () => page.locator('.part .standing').innerText();
  const figuresOfTab = () => page.locator('.part .note').last().innerText();
  const messages = async () => numberOf(/^[\d,]+/.exec(await figuresOfTab())?.[0]);
  await expect.poll(messages).toBeGreaterThan(200);
  await server.killNow();
  await expect.poll(standing).toMatch(/^tab lost the server/);
  await live(port);
  await expect.poll(standing).toBe('tab takes users?seed=7.');
  const resumed = await messages();
  await expect.poll(messages).toBeGreaterThan(resumed + 200);
  await expect.poll(async () => [...(await roster(page)).keys()]).toEqual(['tab']);
  await page.getByRole('button', { name: 'Leave', exact: true }).click();
  await expect
    .poll(standing)
    .toMatch(
      /^tab: LEFT after [\d,]+ messages, lost 0, repeated 0, reordered 0, corrupt 0, 1 resume; all \d+ blocks verified\.$/,
    );

  const seen = (await page.evaluate('window.seen')) as Record<
    string,
    { seqs: string; crc32: string; verdict: string }
  >;
  const blocks = Object.entries(seen).sort(([a], [b]) => Number(a) - Number(b));
  const { stdout } = await outcome(tidemark('gen', 'users?seed=7', '--count', String(await messages())));
  const lines = stdout.split('\n');
  let next = 0;
  for (const [i, [block, { seqs, crc32: digest, verdict }]] of blocks.entries()) {
    const [from = Number.NaN, to = Number.NaN] = seqs.split(' to ').map(numberOf);
    expect([numberOf(block), from]).toEqual([i + 1, next]);
    const text = lines.slice(from, to + 1).map((line) => `${line}\n`);
    expect(digest).toBe(crc32(text.join('')).toString(16).padStart(8, '0'));
    expect(verdict).toBe('✓ verified');
    next = to + 1;
  }
  expect(next).toBe(await messages());
  expect(complaints.filter((complaint) => !/net::ERR_|WebSocket connection/.test(complaint))).toEqual([]);
});

describe('where the server has an access token', () => {
  const token = 'a-token-of-a-test';

  test('the page asks for it, and says why not', async () => {
    const port = await freePort();
    const { url } = await live(port, '--token', token);
    const { page } = await openLive(url);
    const dialog = page.getByRole('dialog', { name: 'Access token' });
    await dialog.getByLabel('Token').fill('another-token');
    await dialog.getByRole('button', { name: 'Connect' }).click();
    await expect.poll(() => dialog.innerText()).toContain('the access token is not the right one');
    await dialog.getByLabel('Token').fill(token);
    await dialog.getByRole('button', { name: 'Connect' }).click();
    await isLive(page);
    await expect.poll(() => page.locator('.catalogue pre').first().innerText()).toContain('YOUR-TOKEN');
  });

  test('it may come in the fragment, and does not stay in the address', async () => {
    const port = await freePort();
    const { url } = await live(port, '--token', token);
    const { page, complaints } = await openLive(`${url}#access_token=${token}`);
    await isLive(page);
    expect(page.url()).toBe(url);
    expect(complaints).toEqual([]);
  });
});

test('a pause freezes what is shown, and a report of it is a file without a script', async () => {
  const port = await freePort();
  const { url } = await live(port, '--base-path', '/feeds');
  const { page, complaints } = await openLive(`${url}feeds/`);
  await client('alice', port, 'feeds/users?seed=7&rate=50');
  const idle = new AbortController();
  onTestFinished(() => idle.abort());
  const others = Array.from({ length: 40 }, (_, i) => `other-${i}`);
  for (const name of others)
    await fetch(new URL(`users?rate=1&client=${name}`, `${url}feeds/`), { signal: idle.signal });
  await expect.poll(async () => (await roster(page)).size).toBe(41);
  await page.getByRole('button', { name: 'Client', exact: true }).click();
  await expect.poll(async () => numberOf((await roster(page)).get('alice')?.['Cursor'])).toBeGreaterThan(50);
  await page.getByRole('button', { name: 'Pause' }).click();
  await expect.poll(() => page.locator('.counted').innerText()).toMatch(/^[1-9]\d* lines? came since$/);
  const frozen = { cursor: (await roster(page)).get('alice')?.['Cursor'], ...(await figures(page)) };
  const more = await page.locator('.counted').innerText();
  await expect.poll(() => page.locator('.counted').innerText()).not.toBe(more);
  expect({ cursor: (await roster(page)).get('alice')?.['Cursor'], ...(await figures(page)) }).toEqual(frozen);

  const [saved] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Save as report' }).click(),
  ]);
  expect(saved.suggestedFilename()).toMatch(/^tidemark-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ\.html$/);
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-live-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'report.html');
  await saved.saveAs(file);
  const text = readFileSync(file, 'utf8');
  expect(text).not.toMatch(/<script|<button|<input|javascript:/i);
  const report = await openLive(pathToFileURL(file).href);
  expect(await report.page.locator('.status').innerText()).toMatch(/^As it was at \d{4}-\d\d-\d\dT/);
  expect(await report.page.locator('body').innerText()).not.toMatch(
    /Pause\b|Save as report|access token|Take part/,
  );
  const rows = report.page.locator('.roster tbody tr');
  expect(await rows.count()).toBe(41);
  expect(await ofEach(report.page, '.roster', 'place.scrollHeight - place.clientHeight')).toEqual([0]);
  const sign = "getComputedStyle(place.querySelector('span'), '::after').content";
  expect(await ofEach(report.page, '[aria-sort="ascending"]', sign)).toEqual([expect.stringContaining('▲')]);
  expect(await ofEach(report.page, '.roster thead th', CUT)).not.toContainEqual(expect.any(String));
  expect({
    cursor: (await roster(report.page)).get('alice')?.['Cursor'],
    ...(await figures(report.page)),
  }).toEqual(frozen);
  expect(await report.page.locator('.charts svg[role=img]').count()).toBe(3);
  expect([...complaints, ...report.complaints]).toEqual([]);

  await page.getByRole('button', { name: 'Resume' }).click();
  await expect.poll(async () => (await roster(page)).get('alice')?.['Cursor']).not.toBe(frozen.cursor);
});

test('the commands that the page shows do what they say', async () => {
  const port = await freePort();
  const { url } = await live(port);
  const { page } = await openLive(url);
  const shown = async (tool: string) => {
    await page.getByRole('radio', { name: tool }).check();
    return page.locator('.catalogue pre').first().innerText();
  };
  const { stdout } = await outcome(tidemark('gen', 'users?seed=7', '--count', '2'));
  const shell = async (command: string) => (await outcome(new Process('bash', ['-c', command]))).stdout;
  expect(await shell(`${await shown('curl')} 2>/dev/null | head -n 2`)).toBe(stdout);
  const own = (await shown('tidemark')).replace(/^tidemark/, `${process.execPath} ${PROGRAM}`);
  expect(await page.locator('.catalogue > .note').innerText()).toContain('node dist/cli/tidemark.js');
  expect(await shell(`${own} -n 5 2>&1`)).toContain('PROVED 5 of 5 messages');
  const python = new Process(PYTHON, ['-u', '-c', await shown('Python')]);
  expect(await python.line(/firstName|first_name|\{/)).toContain('{');
  await page.evaluate(await shown('EventSource'));
  const said = await page.waitForEvent('console');
  expect(said.text()).toMatch(/^\d+ /);
});

test.each([
  { scheme: 'light', width: 360 },
  { scheme: 'dark', width: 360 },
  { scheme: 'light', width: 1280 },
  { scheme: 'dark', width: 1280 },
] as const)('axe finds no violation in $scheme at $width px', async ({ scheme, width }) => {
  const port = await freePort();
  const { url } = await live(port, '--admin-token', 'an-admin-of-a-test');
  const { page, complaints } = await openLive(url, { scheme, width });
  await client('alice', port);
  await client('bob', port, 'arrays?shape=4&rate=20');
  const idle = new AbortController();
  onTestFinished(() => idle.abort());
  await (await client('carol', port, 'users?seed=7&rate=max', '-n', '10')).event('end');
  // Takes nothing of what it has asked for.
  await fetch(new URL('bytes?size=100000&rate=max&client=idle', url), { signal: idle.signal });
  await page.getByRole('button', { name: 'Take part' }).click();
  await expect.poll(() => page.locator('.own-blocks').innerText()).toContain('verified');
  await expect.poll(() => page.locator('.left-table').innerText()).toContain('carol');
  await expect.poll(() => page.locator('.roster .stalled .name').textContent()).toContain('idle');
  await page.evaluate(axe.source);
  const violations = async () => {
    const { violations: found } = (await page.evaluate('axe.run()')) as {
      violations: { id: string; nodes: { html: string; failureSummary: string }[] }[];
    };
    return found.map(({ id, nodes }) => ({
      id,
      nodes: nodes.map(({ html, failureSummary }) => [html, failureSummary]),
    }));
  };
  expect(await violations()).toEqual([]);
  await page.getByRole('button', { name: 'Ask alice to leave' }).click();
  expect(await violations()).toEqual([]);
  expect(complaints).toEqual([]);
});
