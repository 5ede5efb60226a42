import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};

test('it can be read at a sitting', () => {
  expect(readme.split('\n').length).toBeLessThanOrEqual(150);
});

test('the quick start is at most 20 lines of commands', () => {
  const [, script = ''] = /<!-- run -->\n```sh\n([\s\S]*?)```/.exec(readme) ?? [];
  expect(script).toContain('node dist/cli/tidemark.js serve');
  expect(script.split('\n').filter((line) => line.trim() !== '').length).toBeLessThanOrEqual(20);
});

test('every npm command that it or CONTRIBUTING.md names is there', () => {
  const text = readme + readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8');
  const ofPeers = JSON.parse(readFileSync(join(root, 'lab', 'peers', 'package.json'), 'utf8')).scripts;
  for (const [, folder, script = ''] of text.matchAll(/(cd lab\/peers && npm ci && )?npm run ([\w:-]+)/g))
    expect(Object.keys(folder === undefined ? scripts : ofPeers)).toContain(script);
});

test.each(['light', 'dark'])('its %s picture loads quickly', (scheme) => {
  const path = `docs/pictures/page-${scheme}.png`;
  expect(readme).toContain(`="${path}"`);
  expect(statSync(join(root, path)).size).toBeLessThan(300 * 1024);
});
