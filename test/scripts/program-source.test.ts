import { describe, expect, test } from 'vitest';
import { programSource } from '../../scripts/program-source.mjs';
import type { Step } from '../../src/stream/program/field-program.ts';
import { expectMessagesOfReference } from './made-up-programs.ts';

describe('what the build writes from a program', () => {
  test('makes the messages that the reference makes, of any program', () => expectMessagesOfReference(10));

  test('refuses what it can not do', () => {
    const of = (...steps: Step[]) => programSource('some', { steps });
    expect(() => of({ step: 'fill', untilBytes: 9 })).toThrow('fill is for programs that are interpreted');
    expect(() => of({ step: 'pick', table: ['a\nb'] })).toThrow('a newline');
    const branches = [0, 1].map((slot) => ({ weight: 1, steps: [], slot }));
    expect(() => of({ step: 'choose', branches })).toThrow('in one slot');
  });
});
