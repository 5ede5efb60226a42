import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { FAULT_CASES } from '../../src/selftest/fault-case.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};

test('the quick start is at most 20 lines of commands', () => {
  const [, script = ''] = /<!-- run -->\n```sh\n([\s\S]*?)```/.exec(readme) ?? [];
  expect(script.split('\n').filter((line) => line.trim() !== '').length).toBeLessThanOrEqual(20);
});

test('its examples are the files that are run', () => {
  const library = readFileSync(join(root, 'examples/library.mjs'), 'utf8');
  const [, shown = ''] = /```js\n([\s\S]*?)```/.exec(readme) ?? [];
  for (const line of shown.split('\n').filter((text) => /serve\(|connect\(|import /.test(text))) {
    expect(library).toContain(line);
  }
  const feed = readFileSync(join(root, 'examples/dashboard_feed.py'), 'utf8');
  expect(feed).toContain('user = json.loads(await socket.recv())');
});

test('every npm command that it or CONTRIBUTING.md names is there', () => {
  const text = readme + readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8');
  const ofPeers = JSON.parse(readFileSync(join(root, 'lab', 'peers', 'package.json'), 'utf8')).scripts;
  for (const [, folder, script = ''] of text.matchAll(/(cd lab\/peers && npm ci && )?npm run ([\w:-]+)/g))
    expect(Object.keys(folder === undefined ? scripts : ofPeers)).toContain(script);
});

test('every link to a file leads somewhere', () => {
  for (const name of ['README.md', 'PROTOCOL.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md']) {
    const text = readFileSync(join(root, name), 'utf8');
    for (const [, target = ''] of text.matchAll(/\]\((?!https?:)([^)#]+)/g)) {
      expect(existsSync(join(root, target)), `${name}: ${target}`).toBe(true);
    }
  }
});

test('the table of the self-test is that of its cases', () => {
  const [, table = ''] = /<!-- selftest -->\n((?:\|.*\n)+)/.exec(readme) ?? [];
  const rows = FAULT_CASES.map(
    ({ chaos, over = ['all'], expected }) =>
      `| ${chaos === '' ? 'none' : `\`${chaos}\``} | ${over.join(', ')} | ${expected} | yes |`,
  );
  expect(table.trim().split('\n').slice(2)).toEqual(rows);
});
