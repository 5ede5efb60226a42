import { describe, expect, test } from 'vitest';
import type { Side } from './case.ts';
import { frameCases } from './frame-cases.ts';
import { HANDSHAKE_CASES } from './handshake-cases.ts';
import { secondOpinions, secondOpinionsOfHandshakes } from './second-opinion.ts';

describe.each<Side>(['server', 'client'])('python3-wsproto, on what the %s is sent', (side) => {
  const cases = frameCases(side);
  const opinions = secondOpinions(side, cases);

  test('judges enough cases, each with a name of its own', () => {
    expect(cases.length).toBeGreaterThanOrEqual(120);
    expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
  });

  test.each(cases.map((each, i) => [each.name, each, opinions[i]] as const))(
    '%s',
    (_, { answers, secondOpinion }, opinion) => {
      expect(opinion).toEqual(secondOpinion?.answers ?? answers);
      if (secondOpinion === undefined) return;
      expect(secondOpinion.answers).not.toEqual(answers);
      expect(secondOpinion.why).not.toBe('');
    },
  );
});

describe('python3-wsproto, on a handshake with', () => {
  const opinions = secondOpinionsOfHandshakes(HANDSHAKE_CASES.map(({ request }) => request));

  test.each(HANDSHAKE_CASES.map((each, i) => [each.name, each, opinions[i]] as const))(
    '%s',
    (_, { status, secondOpinion }, opinion) => {
      expect(opinion).toBe(secondOpinion?.accepts ?? status === 101);
    },
  );
});
