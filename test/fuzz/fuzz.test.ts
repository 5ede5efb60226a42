import { randomInt } from 'node:crypto';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Finding, runCampaign, runOne } from '../../lab/fuzz/campaign.mjs';
import { openTarget, TARGET_NAMES } from '../../lab/fuzz/targets.mjs';

/** So many here; CI gives each target half a minute by `npm run fuzz`. */
const INPUTS = 750;

test.each(TARGET_NAMES)('%s: only what is documented comes out', async (name) => {
  const target = await openTarget(name);
  onTestFinished(() => target.close?.());
  const seed = randomInt(2 ** 32);
  const { outcomes } = await runCampaign(target, { inputs: INPUTS, seed });
  expect(outcomes, `seed ${seed}`).toBeGreaterThan(5);
});

describe('a campaign', () => {
  /** Takes the text of a JSON object; `run` is the decoder. */
  const targetOf = (run: (bytes: Buffer) => string) => ({
    name: 'planted',
    corpus: [Buffer.from('{"size":12,"name":"abc"}')],
    words: ['secret'],
    run,
  });
  const found = async (run: (bytes: Buffer) => string): Promise<Finding> => {
    const result = await runCampaign(targetOf(run), { inputs: 200_000, seed: 1 }).catch((error) => error);
    expect(result).toBeInstanceOf(Finding);
    return result;
  };

  test.each<[string, (text: string) => boolean]>([
    ['on a number', (text) => text.includes('9007199254740992')],
    ['on broken UTF-8', (text) => text.includes('\ufffd')],
    ['on a word at a place', (text) => text.includes('"name":"secret"')],
    ['on an end too early', (text) => text.length === 3],
  ])('finds an error that was not meant, %s, and its input can be run again', async (_, broken) => {
    const run = (bytes: Buffer) => {
      if (broken(bytes.toString())) throw new TypeError('planted');
      return 'fine';
    };
    const finding = await found(run);
    const [, replay = ''] = /--replay (\S+)$/.exec(finding.message) ?? [];
    const input = Buffer.from(replay, 'base64url');
    expect(input.equals(finding.input)).toBe(true);
    await expect(runOne(targetOf(run), input)).rejects.toThrow('planted');
  });

  test('finds an input that takes too long', async () => {
    const run = (bytes: Buffer) => {
      const start = process.cpuUsage();
      while (bytes.includes('secret') && process.cpuUsage(start).user < 500_000);
      return 'fine';
    };
    const campaign = runCampaign({ ...targetOf(run), longestMs: 400 }, { inputs: 200_000, seed: 1 });
    const finding: Finding = await campaign.catch((error) => error);
    expect(finding).toBeInstanceOf(Finding);
    expect(finding.input.toString()).toContain('secret');
    expect(finding.message).toMatch(/took \d+ ms/);
  });

  test('goes deeper by outcomes: what is new becomes an example', async () => {
    // Four changes in a row, of which each alone is seen.
    const depth = (bytes: Buffer) => bytes.toString().split('secret').length - 1;
    const finding = await found((bytes) => {
      if (depth(bytes) >= 12) throw new TypeError('planted');
      return `depth ${depth(bytes)}`;
    });
    expect(depth(finding.input)).toBeGreaterThanOrEqual(12);
  });

  test('is the same again from its seed', async () => {
    const inputsOf = async (seed: number) => {
      const seen: string[] = [];
      const target = targetOf((bytes) => {
        seen.push(bytes.toString('hex'));
        return String(bytes.length % 7);
      });
      await runCampaign(target, { inputs: 500, seed });
      return seen;
    };
    expect(await inputsOf(7)).toEqual(await inputsOf(7));
    expect(await inputsOf(7)).not.toEqual(await inputsOf(8));
  });
});
