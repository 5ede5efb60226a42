import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { FAULT_CASES } from '../../src/selftest/fault-case.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const guide = readFileSync(join(root, 'docs', 'guide.md'), 'utf8');

test('its examples are the files that are run', () => {
  const library = readFileSync(join(root, 'examples/library.mjs'), 'utf8');
  const [, shown = ''] = /```js\n(\/\/ The library[\s\S]*?)```/.exec(guide) ?? [];
  const lines = shown.split('\n').filter((text) => /serve\(|connect\(|import /.test(text));
  expect(lines).toHaveLength(3);
  for (const line of lines) expect(library).toContain(line);
  const feed = readFileSync(join(root, 'examples/dashboard_feed.py'), 'utf8');
  const taken = 'user = json.loads(await socket.recv())';
  expect([guide.includes(taken), feed.includes(taken)]).toEqual([true, true]);
});

test('its contents are its headings', () => {
  const listed = [...guide.matchAll(/^- \[(.*)\]\(#/gm)].map(([, heading]) => heading);
  const headings = [...guide.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
  expect(listed).toEqual(headings);
});

test('the table of the self-test is that of its cases', () => {
  const [, table = ''] = /<!-- selftest -->\n((?:\|.*\n)+)/.exec(guide) ?? [];
  const rows = FAULT_CASES.map(
    ({ chaos, over = ['all'], expected }) =>
      `| ${chaos === '' ? 'none' : `\`${chaos}\``} | ${over.join(', ')} | ${expected} | yes |`,
  );
  expect(table.trim().split('\n').slice(2)).toEqual(rows);
});
