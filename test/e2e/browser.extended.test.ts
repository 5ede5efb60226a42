import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchChromium, openPage } from './page.ts';
import { freePort, outcome, type Process, serveOn, tidemark } from './processes.ts';

const COUNT = 500;
const BLOCK = 5;

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser?.close());

/** No unsafe-…, and nothing but what is asked for. */
function policy(port: number): string {
  return `default-src 'none'; script-src 'self'; connect-src ws://127.0.0.1:${port} http://127.0.0.1:${port}; worker-src 'self'`;
}

const CARRIAGES = [{ name: 'WebSocket', scheme: 'ws', options: {} }];

test.each(CARRIAGES)(
  'a page over $name goes on when its server is killed, and is proved',
  async ({ scheme, options }) => {
    const port = await freePort();
    const { take, taken, complaints } = await openPage(browser, { policy: policy(port) });
    const servers: Process[] = [await serveOn(port)];
    const url = `${scheme}://127.0.0.1:${port}/users?seed=7&rate=100`;
    await take(url, { client: 'page', block: BLOCK, count: COUNT, ...options });
    for (const kills of [1, 2]) {
      await expect.poll(async () => (await taken()).seqs.length).toBeGreaterThan(kills * 100);
      await servers.at(-1)?.killNow();
      servers.push(await serveOn(port));
    }
    await expect.poll(async () => (await taken()).verdict).toBeDefined();
    const { seqs, texts, events, verdict } = await taken();
    expect(verdict).toMatchObject({
      verdict: 'proved',
      messages: COUNT,
      expected: COUNT,
      blocks: COUNT / BLOCK,
    });
    expect(seqs).toEqual(Array.from({ length: COUNT }, (_, seq) => seq));
    const { stdout } = await outcome(tidemark('gen', 'users?seed=7', '--count', String(COUNT)));
    expect(texts.join('\n')).toBe(stdout);
    expect(events.filter(({ event }) => event === 'resumed')).toHaveLength(2);
    expect(events.at(-1)).toMatchObject({
      event: 'end',
      verdict: 'proved',
      lost: 0,
      repeated: 0,
      corrupt: 0,
    });
    await servers.at(-1)?.event('leave', ({ client, reason }) => client === 'page' && reason === 'done');
    await servers.at(-1)?.killNow();
    const blocks = new Set(
      servers.flatMap((server) =>
        server.events
          .filter(({ event, text, block }) => event === 'receipt' && isSentence(text, block))
          .map(({ block }) => block),
      ),
    );
    expect(blocks.size).toBe(COUNT / BLOCK);
    expect(complaints.filter((complaint) => !/ERR_CONNECTION|WebSocket connection/.test(complaint))).toEqual(
      [],
    );
  },
);

function isSentence(text: unknown, block: unknown): boolean {
  return new RegExp(`^Client page received ${block} block in .* time$`).test(String(text));
}
