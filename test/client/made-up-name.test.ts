import { expect, test } from 'vitest';
import { madeUpName } from '../../src/client/made-up-name.ts';
import { parseClientName } from '../../src/session/client-name.ts';

test('every one is a name that a server takes', () => {
  const names = new Set<string>();
  for (let count = 0; count < 5000; count++) {
    const name = madeUpName();
    expect(parseClientName(name)).toBe(name);
    expect(name).toMatch(/^[a-z-]+-\d{1,3}$/);
    names.add(name);
  }
  expect(names.size).toBeGreaterThan(4500);
});
