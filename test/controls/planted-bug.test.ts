import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { plant, plantedBugs } from '../../lab/controls/planted-bug.mjs';

const root = new URL('../../', import.meta.url);
const bug = { name: 'a bug', file: 'a.ts', find: 'a < b', replace: 'a <= b' };

describe('planting', () => {
  test('changes what is there once, and nothing else', () => {
    expect(plant(bug, 'if (a < b) return;')).toBe('if (a <= b) return;');
    expect(plant({ ...bug, replace: '$& $1' }, 'if (a < b) return;')).toBe('if ($& $1) return;');
  });

  test.each(['', 'if (a > b)', 'a < b && a < b'])('refuses what is not there once: %j', (source) => {
    expect(() => plant(bug, source)).toThrow(/times, and not once/);
  });

  test('refuses what would change nothing', () => {
    expect(() => plant({ ...bug, replace: bug.find }, 'a < b')).toThrow(/changes nothing/);
  });
});

const bugs = await plantedBugs();

test('there are 50 or more, each with a name of its own', () => {
  expect(bugs.length).toBeGreaterThanOrEqual(50);
  expect(new Set(bugs.map(({ name }) => name)).size).toBe(bugs.length);
});

test.each(bugs)('$name: can be planted, and its test is there', (each) => {
  plant(each, readFileSync(new URL(each.file, root), 'utf8'));
  expect(existsSync(fileURLToPath(new URL(each.test, root)))).toBe(true);
});

test('the published table has every bug as it is planted, caught', () => {
  const readme = readFileSync(new URL('lab/controls/README.md', root), 'utf8');
  const rows = readme.split('\n').filter((row) => / \| (yes|NO) \|$/.test(row));
  const expected = bugs.map(
    (each) =>
      `| ${each.floor} | ${each.name} | ${each.harm} | \`${each.test.replace(/^test\//, '')}\` | yes |`,
  );
  expect(rows.toSorted()).toEqual(expected.toSorted());
});
