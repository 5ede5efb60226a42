import { expect, test } from 'vitest';
import { groupMarks } from '../../../../web/live/state/time-marks.ts';
import { START_MS } from '../lines.ts';

test('marks that can not be told apart are one, and those before the axis none', () => {
  const at = (ms: number, kind: 'resume' | 'lost') => ({
    at_ms: START_MS + ms,
    kind,
    client: 'alice',
    text: '',
  });
  const marks = [at(-1, 'lost'), at(0, 'resume'), at(10, 'resume'), at(20, 'lost'), at(1000, 'resume')];
  const groups = groupMarks(marks, START_MS, 1000);
  expect(groups.map(({ kind, at_ms, marks: { length } }) => [kind, at_ms - START_MS, length])).toEqual([
    ['resume', 0, 2],
    ['lost', 20, 1],
    ['resume', 1000, 1],
  ]);
});
