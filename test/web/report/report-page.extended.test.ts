import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Analysis } from '../../../src/analysis/run/analysis.ts';
import { reportPage } from '../../../src/report/page.ts';
import { tableText } from '../../../web/element/number-text.ts';
import { fullAnalysis, minimalAnalysis } from '../../report/fixture.ts';

/** Opens reports from file:// in Debian's Chromium, as a user would. `npm run build` makes the script that they hold. */
const FLAGS = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];
const HEADINGS = [
  'The answer',
  'Block time by size and clients',
  'Block time against block size',
  'Throughput against clients',
  'How block times are distributed',
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
          return wide > 1 && high > 4
            ? [`${svg.getAttribute('aria-label')}: ${text.textContent} on ${other.textContent}`]
            : [];
        }),
      );
    }),
  );
}

const FULL = fullAnalysis();
const MINIMAL = minimalAnalysis();
/** As many lines as a chart may have. */
function eightClients(): Analysis {
  const sizes = [1, 2, 3, 4, 6, 8, 12, 100];
  const cells = FULL.cells
    .filter(({ clients }) => clients === 1)
    .flatMap((cell) => sizes.map((clients) => ({ ...cell, clients })));
  return { ...FULL, cells, models: { block_time: [], scalability: [] } };
}

const ANALYSES: readonly (readonly [string, Analysis, number])[] = [
  ['two rates, five sizes, four numbers of clients', FULL, 2 + 3 + 16 + 2 + 2 + 4],
  ['one cell', MINIMAL, 1 + 1 + 2 + 1 + 1 + 2],
  ['eight lines that lie on each other', eightClients(), 2 + 2 + 16 + 2 + 2 + 4],
];

const unprovable = FULL.cells.map((cell) => ({ ...cell, proved: false, provable: false, valid: true }));

test.each<[string, Partial<Analysis>, string]>([
  ['all is proved', {}, '✓ Every message proved'],
  ['one cell is not', { unproved: 1 }, '✕ 1 cell of 40 not proved'],
  [
    'the server gives no proof',
    { cells: unprovable, unproved: 40 },
    '✕ Nothing proved: the server gives no proof',
  ],
  ['there is no cell', { cells: [] }, '✕ Nothing proved'],
])('what the page says of proof where %s', async (_, change, told) => {
  const { page } = await open(reportPage({ ...FULL, ...change }));
  const said = await page.$$eval('.verdict li', (found) => found.map((item) => item.textContent));
  expect(said).toContain(told);
});

describe.each(['light', 'dark'] as const)('in %s', (colorScheme) => {
  test.each(ANALYSES)(
    '%s: every chart is drawn, and nothing is asked of a network',
    async (_name, analysis, charts) => {
      const { page, complaints, requests } = await open(reportPage(analysis), { colorScheme });
      expect(complaints).toEqual([]);
      expect(requests).toEqual([]);
      const drawn = await chartsOf(page);
      expect(drawn.filter(({ marks }) => marks === 0)).toEqual([]);
      expect(drawn).toHaveLength(charts);
      expect(new Set(drawn.map(({ name }) => name)).size).toBe(charts);
      const headings = await page.$$eval('h2', (found) => found.map((heading) => heading.textContent));
      expect(headings.filter((heading) => heading !== 'Cells not to be trusted')).toEqual(HEADINGS);
    },
  );
});

describe('the page', () => {
  test.each([1240, 400])('no text covers another at %i px', async (width) => {
    for (const [, analysis] of ANALYSES) {
      const { page } = await open(reportPage(analysis), { viewport: { width, height: 900 } });
      expect(await overlaps(page)).toEqual([]);
      // Wide tables scroll within themselves.
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    }
  });

  test('what is not to be trusted is named, and marked in charts and tables', async () => {
    const { page } = await open(reportPage(FULL));
    const verdict = await page.$$eval('.verdict li', (items) => items.map((item) => item.textContent));
    expect(verdict).toEqual(['✓ Complete: 40 cells', '✕ 2 cells of 40 invalid', '✓ Every message proved']);
    const named = await page.$$eval('.trouble li', (items) => items.map((item) => item.textContent));
    expect(named).toEqual([
      'Block of 1, 100 clients, users?seed=7 at full speed – invalid: the server used 99 % of a core: it was the limit, not the block',
      'Block of 5, 100 clients, users?seed=7 at full speed – invalid: the server used 99 % of a core: it was the limit, not the block',
    ]);
    const hollow = await page.$$eval(
      '#block-time ~ .charts [fill="var(--paper)"]',
      (shapes) => shapes.length,
    );
    expect(hollow).toBeGreaterThan(0);
    const fields = await page.$$eval('#heat ~ .charts text', (texts) =>
      texts.map((text) => text.textContent),
    );
    expect(fields.filter((text) => text.includes('✕'))).toHaveLength(2);
    // Seven tables of cells, each with both.
    expect(await page.$$eval('tr.marked', (rows) => rows.length)).toBe(2 * 7 - 2);
  });

  test('an incomplete run and one that is not proved say so', async () => {
    const cells = MINIMAL.cells.map((cell) => ({
      ...cell,
      proved: false,
      reasons: ['2 messages were lost'],
    }));
    const { page } = await open(reportPage({ ...MINIMAL, cells, complete: false, unproved: 1 }));
    const verdict = await page.$$eval('.verdict li', (items) => items.map((item) => item.textContent));
    expect(verdict).toEqual([
      '✕ Incomplete: 1 cell so far',
      '✓ Every cell valid',
      '✕ 1 cell of 1 not proved',
    ]);
    expect(await page.textContent('.trouble li')).toContain('not proved: 2 messages were lost');
  });

  test('an interval that goes beyond the chart ends in an arrow', async () => {
    // The first point is all there is without an arrow.
    const marks = async (ends: { readonly ci_low?: number; readonly ci_high?: number }) => {
      const cells = MINIMAL.cells.map((cell) => ({
        ...cell,
        interval_ms: cell.interval_ms === null ? null : { ...cell.interval_ms, ...ends },
      }));
      const { page } = await open(reportPage({ ...MINIMAL, cells }));
      return page.$$eval('#block-time ~ .charts [aria-label="dot"] > *', (shapes) => shapes.length);
    };
    expect(await marks({})).toBe(1);
    expect(await marks({ ci_low: -0.01 })).toBe(2);
    expect(await marks({ ci_low: -0.01, ci_high: 1000 })).toBe(3);
  });

  test('blocks without a time between them are in their distribution', async () => {
    const { page } = await open(reportPage(FULL));
    const heights = await page.$$eval(
      'svg[aria-label$="At full speed, block of 1: share of blocks"]',
      (charts) =>
        charts.flatMap((svg) =>
          [...svg.querySelectorAll('[aria-label="line"] path')].map(
            (path) => path.getBoundingClientRect().height,
          ),
        ),
    );
    // From 0 % to 100 %, and not from the 70 % that have none.
    expect(heights).toHaveLength(4);
    expect(heights.filter((height) => height < 110)).toEqual([]);
  });

  test('where nearly all blocks took the same time, their shares would be an empty box, and are not drawn', async () => {
    const cells = FULL.cells.map((cell) => ({
      ...cell,
      interval_quantiles: cell.interval_quantiles.map(({ probability, ms }) => ({
        probability,
        ms: cell.block === 1 && probability < 0.95 ? 0 : ms,
      })),
    }));
    const { page } = await open(reportPage({ ...FULL, cells }));
    const names = (await chartsOf(page)).map(({ name }) => name);
    const drawn = (block: number, what: string) =>
      names.some((name) => name.endsWith(`At full speed, block of ${block}: ${what}`));
    expect([drawn(1, 'share of blocks'), drawn(1, 'quantiles')]).toEqual([false, true]);
    expect([drawn(5, 'share of blocks'), drawn(5, 'quantiles')]).toEqual([true, true]);
  });

  test('begins with the answer and the picture of it, beside each other where there is room', async () => {
    for (const [width, columns] of [
      [1280, 2],
      [400, 1],
    ] as const) {
      const { page } = await open(reportPage(FULL), { viewport: { width, height: 900 } });
      const lead = await page.$$eval('.verdict + .lead > section', (sections) =>
        sections.map((section) => [section.querySelector('h2')?.id, section.getBoundingClientRect().left]),
      );
      expect(lead.map(([id]) => id)).toEqual(['answer', 'heat']);
      expect(new Set(lead.map(([, left]) => left)).size).toBe(columns);
    }
  });

  test('charts use the width that there is', async () => {
    for (const width of [400, 1280, 2560]) {
      const { page } = await open(reportPage(FULL), { viewport: { width, height: 900 } });
      const ends = await page.$$eval('#block-time ~ .charts .stack, #timeline ~ .charts .stack', (stacks) =>
        Math.max(...stacks.map((stack) => stack.getBoundingClientRect().right)),
      );
      const main = await page.$eval('.verdict', (verdict) => verdict.getBoundingClientRect().right);
      expect(Math.abs(ends - main)).toBeLessThan(2);
    }
  });

  test('a refusal is told by its chart and in its table', async () => {
    const { page } = await open(reportPage(MINIMAL));
    expect(await page.textContent('#block-time ~ .charts .note')).toBe(
      'No line fitted: one block size: a line needs three or more.',
    );
    const told = await page.$$eval('td.instead', (cells) => cells.map((cell) => cell.textContent));
    expect(told).toContain('Not fitted: one number of clients: the law needs four or more.');
  });

  test('every number of a cell is in the tables', async () => {
    const { page } = await open(reportPage(MINIMAL));
    const text = (await page.$$eval('table', (tables) => tables.map((table) => table.textContent))).join(' ');
    const [cell] = MINIMAL.cells;
    const quantities = [cell?.interval_ms, cell?.elapsed_ms, cell?.latency_from_send_ms];
    const numbers = quantities
      .flatMap((quantity) => Object.values(quantity ?? {}))
      .map((value) => tableText(Number(value)));
    expect(numbers.filter((number) => number !== '–' && !text.includes(number))).toEqual([]);
    expect(text).toContain(tableText(cell?.msgs_per_s ?? 0));
  });

  test('reads without sight: names for charts, captions and headings for tables', async () => {
    const { page } = await open(reportPage(FULL));
    const unnamed = await page.$$eval(
      '.plot svg',
      (charts) =>
        charts.filter((svg) => svg.getAttribute('role') !== 'img' || !svg.querySelector('title')?.textContent)
          .length,
    );
    expect(unnamed).toBe(0);
    expect(await page.$$eval('figure:not(:has(figcaption))', (figures) => figures.length)).toBe(0);
    expect(await page.$$eval('table:not(:has(caption))', (tables) => tables.length)).toBe(0);
    expect(await page.$$eval('th:not([scope])', (heads) => heads.length)).toBe(0);
    expect(await page.$$eval('section:not([aria-labelledby])', (sections) => sections.length)).toBe(0);
  });

  test('is printed light, on A4, with charts as wide as the sheet', async () => {
    const { page } = await open(reportPage(FULL), { colorScheme: 'dark' });
    const pdf = await page.pdf({ preferCSSPageSize: true });
    const pages = pdf.toString('latin1').match(/\/Type \/Page\b/g) ?? [];
    expect(pages.length).toBeGreaterThanOrEqual(8);
    expect(pdf.byteLength).toBeGreaterThan(100_000);
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    const paper = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    expect(paper).toBe('rgb(255, 255, 255)');
    await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
    const widths = await page.$$eval('#timeline ~ .charts svg', (charts) =>
      charts.map((svg) => svg.getAttribute('width')),
    );
    expect(widths).toEqual(['676', '676']);
  });

  test('is drawn anew when its width changes', async () => {
    const { page } = await open(reportPage(MINIMAL), { viewport: { width: 1240, height: 900 } });
    await page.setViewportSize({ width: 400, height: 900 });
    await page.waitForFunction(
      () => document.querySelector('#timeline ~ .charts svg')?.getAttribute('width') === '368',
    );
  });

  test('names that would be markup are text', async () => {
    const evil = '</script><script>alert(1)</script><!--<script>\u2028<img src=x onerror=alert(2)>';
    const cells = MINIMAL.cells.map((cell) => ({ ...cell, stream: evil, valid: false, reasons: [evil] }));
    const timeline = {
      ...MINIMAL.timeline,
      cells: MINIMAL.timeline.cells.map((band) => ({ ...band, stream: evil })),
    };
    const run = { ...MINIMAL.run, title: evil, command: evil };
    const { page, complaints, requests } = await open(
      reportPage({ ...MINIMAL, run, cells, timeline, answer: [evil], limits: [evil] }),
    );
    expect(complaints).toEqual([]);
    expect(requests).toEqual([]);
    expect(await page.title()).toBe(evil);
    expect(await page.textContent('h1')).toBe(evil);
    expect(await page.textContent('#limits + ul li')).toBe(evil);
    expect(await page.$$eval('script', (scripts) => scripts.length)).toBe(2);
    expect(await page.$$eval('img', (images) => images.length)).toBe(0);
  });

  test('its policy lets no other script and no request through', async () => {
    const html = reportPage(MINIMAL).replace(
      '</body>',
      '<script>document.title = "run"</script><img src="http://127.0.0.1:9/x.png"></body>',
    );
    const { page, complaints } = await open(html);
    expect(await page.title()).not.toBe('run');
    expect(complaints.filter((complaint) => complaint.includes('Content Security Policy'))).toHaveLength(2);
  });
});
