import { expect, test } from 'vitest';
import { table } from '../../lab/kit/table.mjs';

test('columns are as wide as their longest text, or cut to their width', () => {
  const columns = [
    { title: 'row', cell: ({ name }: { name: string }) => name },
    { title: 'n', right: true, cell: ({ n }: { n: number }) => n },
    { title: 'why', width: 6, cell: ({ name }: { name: string }) => `${name} and more` },
  ];
  const rows = [
    { name: 'a', n: 1000 },
    { name: 'longer', n: 7 },
  ];
  expect(table(columns, rows)).toEqual([
    'row        n  why',
    '──────  ────  ──────',
    'a       1000  a and…',
    'longer     7  longe…',
    '──────  ────  ──────',
  ]);
});
