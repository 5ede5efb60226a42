import { describe, expect, test } from 'vitest';
import { framesOf } from './frames.ts';
import { runScenario, violationsOf } from './scenario.ts';
import { expectSurvived } from './seeds.ts';

/**
 * The whole system in virtual time, one scenario a seed. A failing seed is run again, alone and with its trace, by
 * `FIRST_SEED=<seed> SEEDS=1 npm run simulate`.
 */
const firstSeed = Number(process.env['FIRST_SEED'] ?? 0);
const seeds = Number(process.env['SEEDS'] ?? 1000);

describe('simulation', () => {
  test(
    `${seeds} seeds from ${firstSeed}: each seq once, in order, blocks without a gap, all proved`,
    {
      timeout: 600_000,
    },
    () => expectSurvived(firstSeed, seeds),
  );

  test('a seed gives the same run again', async () => {
    const told = async () => {
      const { clients } = await runScenario(42);
      return JSON.stringify(clients.map(({ verdict, log }) => [verdict, log.length]));
    };
    expect(await told()).toBe(await told());
  });
});

/** What a broken relay might do, once, to the frames that pass: each must be found, whatever else goes wrong. */
const DAMAGES: Readonly<Record<string, (frames: Uint8Array[]) => Uint8Array[]>> = {
  'a message dropped': (frames) => frames.slice(1),
  'a message repeated': ([first, ...rest]) => (first === undefined ? [] : [first, first, ...rest]),
  'two messages swapped': ([first, second, ...rest]) => {
    return first === undefined || second === undefined ? [] : [second, first, ...rest];
  },
  'a bit flipped': ([first, ...rest]) => {
    if (first === undefined) return [];
    const flipped = Uint8Array.from(first);
    flipped[flipped.length - 5] = (flipped[flipped.length - 5] ?? 0) ^ 1;
    return [flipped, ...rest];
  },
};

describe('a damaged stream is never proved', () => {
  test.each(Object.keys(DAMAGES))('%s', async (name) => {
    let damaged = 0;
    for (let seed = 0; seed < 200; seed++) {
      let done = false;
      const result = await runScenario(seed, (bytes) => {
        const frames = framesOf(bytes);
        // Not the last message due: the client would wait for it, and the server send it again, as it should.
        if (done || frames.length < 3) return [bytes];
        done = true;
        return DAMAGES[name]?.(frames) ?? [];
      });
      if (!done) continue;
      damaged++;
      const verdicts = result.clients.map(({ verdict }) => verdict?.verdict);
      const arrived = violationsOf(result).length > 0;
      if (arrived) expect(verdicts, `seed ${seed}`).toContain('failed');
    }
    expect(damaged).toBeGreaterThan(50);
  });
});
