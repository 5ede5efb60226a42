// Takes the pictures of the live page that the README shows, light and dark, from a real run: `tidemark demo`, with its kills and its
// client that misbehaves. Needs Chromium (`--chromium PATH`, by default Debian's) and a build. Takes a minute and a half.
import { spawn } from 'node:child_process';
import { mkdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';

const { values } = parseArgs({
  options: {
    chromium: { type: 'string', default: '/usr/bin/chromium' },
    seconds: { type: 'string', default: '80' },
    out: { type: 'string', default: 'docs/pictures' },
  },
});
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = join(root, values.out);
/** So that a page of text with them in it loads quickly. */
const MOST_BYTES = 300 * 1024;

const demo = spawn(process.execPath, [join(root, 'dist', 'cli', 'tidemark.js'), 'demo', '--port', '0'], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
process.on('exit', () => demo.kill('SIGINT'));
const url = await new Promise((resolve, reject) => {
  demo.once('exit', (code) => reject(new Error(`the demo ended with ${code}`)));
  createInterface({ input: demo.stdout }).on('line', (line) => {
    const [found] = /http:\/\/[^\s]+/.exec(line) ?? [];
    if (found !== undefined) resolve(found);
  });
});
const browser = await chromium.launch({
  executablePath: values.chromium,
  args: ['--no-sandbox', '--disable-gpu'],
});
try {
  mkdirSync(folder, { recursive: true });
  const pages = await Promise.all(
    ['light', 'dark'].map(async (colorScheme) => {
      const page = await browser.newPage({ viewport: { width: 1280, height: 846 }, colorScheme });
      await page.goto(url);
      return { colorScheme, page };
    }),
  );
  await sleep(Number(values.seconds) * 1000);
  for (const { colorScheme, page } of pages) {
    const path = join(folder, `page-${colorScheme}.png`);
    await page.screenshot({ path });
    const { size } = statSync(path);
    console.log(`${path}: ${Math.round(size / 1024)} KiB`);
    if (size > MOST_BYTES) throw new Error(`${path} is larger than ${MOST_BYTES / 1024} KiB`);
  }
} finally {
  await browser.close();
  demo.kill('SIGINT');
}
