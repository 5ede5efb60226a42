import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { onTestFinished } from 'vitest';

const FLAGS = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];

/** Debian's Chromium, without a window. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: '/usr/bin/chromium', args: FLAGS });
}

const BUILT = fileURLToPath(new URL('../../dist/browser/', import.meta.url));
const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript' };

/** Puts down what a run tells, where a test finds it: `seqs`, `texts`, `events`, and `verdict` when it is over. */
const PROGRAM = `
import { connect } from '/tidemark/browser.js';

window.take = (url, options) => {
  const taken = { seqs: [], texts: [], events: [], verdict: undefined };
  window.taken = taken;
  const text = new TextDecoder();
  window.run = connect(url, {
    ...options,
    onEvent: (event) => taken.events.push(event),
    onBlock: ({ messages }) => {
      for (const { seq, payload } of messages) {
        taken.seqs.push(seq);
        taken.texts.push(text.decode(payload));
      }
    },
  });
  window.run.closed.then((verdict) => { taken.verdict = verdict; });
};
`;

interface Taken {
  readonly seqs: readonly number[];
  readonly texts: readonly string[];
  readonly events: readonly { readonly event: string; readonly [field: string]: unknown }[];
  readonly verdict?: { readonly verdict: string };
}

/** A page of a test's own, and how it takes part. */
export interface TakingPage {
  readonly page: Page;
  /** What the console said, and the page against it. */
  readonly complaints: readonly string[];
  /** What was asked for, by its path. */
  readonly asked: readonly string[];
  take(url: string | readonly string[], options: object): Promise<void>;
  /** What it has taken by now. */
  taken(): Promise<Taken>;
}

export interface PageOptions {
  /** Its Content-Security-Policy; empty for none. */
  readonly policy: string;
  /** That of the scripts, which holds good for a worker. @default the page's */
  readonly workerPolicy?: string;
  /** In place of a page that takes what a test says: a file, served as `/`. */
  readonly file?: string;
  /** @default none */
  readonly query?: string;
}

/** Opens a page that a little HTTP server serves, with the client as it is built. */
export async function openPage(
  browser: Browser,
  { policy, workerPolicy = policy, file, query = '' }: PageOptions,
): Promise<TakingPage> {
  const asked: string[] = [];
  const server = createServer(({ url = '/' }, response) => {
    const { pathname } = new URL(url, 'http://page');
    asked.push(pathname);
    const built = `${BUILT}${basename(pathname)}`;
    const isBuilt =
      /^\/(tidemark|node_modules\/tidemark\/dist\/browser)\//.test(pathname) && existsSync(built);
    const send = (body: string, type: string) =>
      response
        .writeHead(200, {
          'Content-Type': type,
          'Content-Security-Policy': pathname === '/' ? policy : workerPolicy,
        })
        .end(body);
    if (isBuilt) send(readFileSync(built, 'utf8'), TYPES[extname(built)] ?? 'text/plain');
    else if (pathname === '/main.js') send(PROGRAM, 'text/javascript');
    else if (pathname === '/' && file !== undefined) send(readFileSync(file, 'utf8'), 'text/html');
    else if (pathname === '/') send('<script type="module" src="/main.js"></script>', 'text/html');
    else response.writeHead(pathname === '/favicon.ico' ? 204 : 404).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(String(error)));
  onTestFinished(async () => {
    await page.close();
    server.closeAllConnections();
    server.close();
  });
  await page.goto(`http://127.0.0.1:${port}/${query}`);
  return {
    page,
    complaints,
    asked,
    take: (url, options) =>
      page.evaluate(([target, given]) => (globalThis as unknown as Taking).take(target, given), [
        url,
        options,
      ] as const),
    taken: () => page.evaluate(() => (globalThis as unknown as Taking).taken),
  };
}

interface Taking {
  readonly taken: Taken;
  take(url: string | readonly string[], options: object): void;
}
