import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Analysis } from '../../src/analysis/analysis.ts';
import { reportPage } from '../../src/report/report-page.ts';
import { fullAnalysis, minimalAnalysis } from './fixture.ts';

/** Opens reports from file:// in Debian's Chromium, as a user would. `npm run build` makes the script that they hold. */
const FLAGS = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];
const HEADINGS = [
  'The answer',
  'Block time against block size',
  'Throughput against clients',
  'How block times are distributed',
  'Block time by size and clients',
  'Time line',
  'How evenly clients were served',
  'Every number',
  'The run, and how to run it again',
  'What the numbers can’t tell',
];

let browser: Browser;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tidemark-report-'));
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: FLAGS });
});

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Opened {
  readonly page: Page;
  /** What the console and the page said against it. */
  readonly complaints: readonly string[];
  /** What was asked for besides the file. */
  readonly requests: readonly string[];
}

async function open(html: string, options: Parameters<Browser['newPage']>[0] = {}): Promise<Opened> {
  const url = pathToFileURL(join(folder, 'report.html')).href;
  writeFileSync(join(folder, 'report.html'), html);
  const page = await browser.newPage(options);
  onTestFinished(() => page.close());
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => requests.push(request.url()));
  await page.goto(url);
  await page.waitForFunction(() => {
    const places = [...document.querySelectorAll('.plot')];
    return places.every((place) => place.childElementCount > 0);
  });
  return { page, complaints, requests: requests.filter((request) => request !== url) };
}

/** Of each chart, its name and how many marks it has: shapes with an extent, without axes and grid. */
async function chartsOf(page: Page): Promise<{ name: string; marks: number }[]> {
  return page.$$eval('figure', (figures) =>
    figures.map((figure) => {
      const svg = figure.querySelector('svg');
      const shapes = [...(svg?.querySelectorAll<SVGGraphicsElement>('path, circle, rect, line') ?? [])];
      const marks = shapes.filter((shape) => {
        const isAxis = shape.closest('[aria-label$="axis tick"], [aria-label$="grid"]') !== null;
        const { width, height } = shape.getBoundingClientRect();
        return !isAxis && width + height > 0;
      });
      return { name: svg?.getAttribute('aria-label') ?? '', marks: marks.length };
    }),
  );
}

/** Texts of one chart that cover each other, by more than a pixel. */
async function overlaps(page: Page): Promise<string[]> {
  return page.$$eval('.plot svg', (charts) =>
    charts.flatMap((svg) => {
      const texts = [...svg.querySelectorAll('text')].filter((text) => text.textContent !== '');
      const boxes = texts.map((text) => text.getBoundingClientRect());
      return texts.flatMap((text, i) =>
        texts.slice(i + 1).flatMap((other, k) => {
          const a = boxes[i];
          const b = boxes[i + 1 + k];
          if (a === undefined || b === undefined) return [];
          const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
          const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
          // Lines of text stand 14 px apart, and their boxes are a little higher than their letters.
          return wide > 1 && high > 4 ? [`${svg.getAttribute('aria-label')}: ${text.textContent} on ${other.textContent}`] : [];
        }),
      );
    }),
  );
}

const EVEN = fullAnalysis();
const MINIMAL = minimalAnalysis();
/** As many lines as a chart may have. */
function eightClients(): Analysis {
  const sizes = [1, 2, 3, 4, 6, 8, 12, 100];
  const cells = EVEN.cells
    .filter(({ clients }) => clients === 1)
    .flatMap((cell) => sizes.map((clients) => ({ ...cell, clients })));
  return { ...EVEN, cells, models: { block_time: [], scalability: [] } };
}

const ANALYSES: readonly (readonly [string, Analysis, number])[] = [
  ['two rates, five sizes, four numbers of clients', EVEN, 2 + 3 + 16 + 2 + 2 + 4],
  ['one cell', MINIMAL, 1 + 1 + 2 + 1 + 1 + 2],
  ['eight lines that lie on each other', eightClients(), 2 + 2 + 16 + 2 + 2 + 4],
];

describe.each(['light', 'dark'] as const)('in %s', (colorScheme) => {
  test.each(ANALYSES)('%s: every chart is drawn, and nothing is asked of a network', async (_name, analysis, charts) => {
    const { page, complaints, requests } = await open(reportPage(analysis), { colorScheme });
    expect(complaints).toEqual([]);
    expect(requests).toEqual([]);
    const drawn = await chartsOf(page);
    expect(drawn.filter(({ marks }) => marks === 0)).toEqual([]);
    expect(drawn).toHaveLength(charts);
    expect(new Set(drawn.map(({ name }) => name)).size).toBe(charts);
    const headings = await page.$$eval('h2', (found) => found.map((heading) => heading.textContent));
    expect(headings.filter((heading) => heading !== 'Cells not to be trusted')).toEqual(HEADINGS);
  });
});
