import { expect, test } from 'vitest';
import { partsOf } from '../../../web/element/cut-inside.ts';

test('a long name keeps its end, and a short one is whole', () => {
  expect(partsOf('arrays?dtype=float32&shape=4&seed=12')).toEqual([
    'arrays?dtype=float32&shape',
    '=4&seed=12',
  ]);
  expect(partsOf('users?seed=7')).toEqual(['users?seed=7']);
});
