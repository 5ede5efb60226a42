import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
import { compare } from '../../../src/analysis/comparison/compare.ts';
import { parseConditions } from '../../../src/analysis/condition/condition.ts';
import { METRICS, type Metric } from '../../../src/analysis/condition/metric.ts';
import { comparisonPage } from '../../../src/report/page.ts';
import { simulatedRun } from '../../analysis/simulated-run.ts';

const FLAGS = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];

test('the page of a comparison shows both curves and every cell, and asks for nothing', {
  timeout: 120_000,
}, async () => {
  const sweep = { blocks: [1, 20, 100], clients: [1, 5], repeat: 5 };
  const a = simulatedRun({ ...sweep, seed: 1 });
  const slower = simulatedRun({ ...sweep, seed: 2, fixedMs: 0.1, perMessageMs: 0.004 });
  const title = '</script><script>alert(1)</script>';
  const b = { ...slower, header: { ...slower.header, title } };
  const metric = METRICS.get('mean_block') as Metric;
  const conditions = parseConditions('mean_block>+5%');
  const html = comparisonPage(compare(a, b, { metric, practical: 0.02, conditions, differences: [] }));

  const folder = mkdtempSync(join(tmpdir(), 'tidemark-comparison-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'comparison.html');
  writeFileSync(file, html);
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: FLAGS });
  onTestFinished(() => browser.close());
  for (const colorScheme of ['light', 'dark'] as const) {
    const page = await browser.newPage({ colorScheme });
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('dialog', (dialog) => {
      complaints.push(dialog.message());
      void dialog.dismiss();
    });
    page.on('request', (request) => {
      if (!request.url().startsWith('file:')) complaints.push(request.url());
    });
    await page.goto(pathToFileURL(file).href);
    await page.waitForFunction(() =>
      [...document.querySelectorAll('.plot')].every((place) => place.childElementCount > 0),
    );
    expect(await page.textContent('.verdict')).toMatch(/^DIFFERENT: /);
    expect(await page.textContent('.answer')).toContain('CROSSED mean_block>+5%');
    const points = await page.$$eval('figure', (figures) =>
      figures.map((figure) => figure.querySelectorAll('svg path').length),
    );
    expect(points).toHaveLength(2); // one for each number of clients
    for (const count of points) expect(count).toBeGreaterThanOrEqual(6); // A and B at three sizes
    expect(await page.$$eval('tbody tr:not(.group)', (rows) => rows.length)).toBe(6);
    expect(await page.textContent('header')).toContain(title);
    expect(complaints).toEqual([]);
  }
});
