import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ACCESS_LIMITS } from '../../src/server/options/access-limits.ts';
import { LIMITS } from '../../src/session/limits.ts';

/** Holds docs/limits.md and the code equal. */
const page = readFileSync(new URL('../../docs/limits.md', import.meta.url), 'utf8');
const lines = page.split('\n').filter((line) => line.startsWith('|'));
const rows = lines.slice(2).map((line) =>
  line
    .slice(1, -1)
    .split('|')
    .map((cell) => cell.trim()),
);
const named = rows.filter(([name = '']) => /^`\w+`$/.test(name));

describe('the table of limits', () => {
  test('has every limit of the code with its value, and no other', () => {
    const values = named.map(([name = '', value = '']) => [
      name.replaceAll('`', ''),
      Number(value.replaceAll(',', '')),
    ]);
    expect(Object.fromEntries(values)).toEqual({ ...ACCESS_LIMITS, ...LIMITS });
    expect(values).toHaveLength(Object.keys(ACCESS_LIMITS).length + Object.keys(LIMITS).length);
  });

  test.each(rows)('%s has a unit, a default, a reason, and what it does not cover', (...cells) => {
    expect(cells).toHaveLength(6);
    for (const cell of cells) expect(cell).not.toBe('');
  });
});
