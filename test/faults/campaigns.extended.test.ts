import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { outcome, Process } from '../e2e/processes.ts';

/**
 * The short form of each campaign. Those that need root run only if ROOT_TESTS is set, as in CI; those whose
 * Debian packages are not installed are left out. The run's reporter names what was left to `npm run faults`.
 */
const RUN = fileURLToPath(new URL('../../lab/faults/run.mjs', import.meta.url));

interface Campaign {
  readonly name: string;
  readonly root: boolean;
  readonly packages: readonly string[];
}

const CAMPAIGNS = JSON.parse(
  spawnSync(process.execPath, [RUN, '--list', '--json'], { encoding: 'utf8' }).stdout,
) as Campaign[];

function installed(name: string): boolean {
  const format = '--showformat=$' + '{db:Status-Status}';
  return spawnSync('dpkg-query', ['--show', format, name], { encoding: 'utf8' }).stdout === 'installed';
}

function runs({ root, packages }: Campaign): boolean {
  const mayBeRoot = process.getuid?.() === 0 && process.env['ROOT_TESTS'] === '1';
  return (mayBeRoot || !root) && packages.every(installed);
}

describe('a short campaign is survived', () => {
  for (const campaign of CAMPAIGNS) {
    test.runIf(runs(campaign))(campaign.name, { timeout: 180_000 }, async () => {
      const run = new Process(process.execPath, [RUN, '--short', '--only', campaign.name, '--json']);
      const { code, stdout, stderr } = await outcome(run);
      const [result] = (JSON.parse(stdout) as { campaigns: Record<string, unknown>[] }).campaigns;
      expect(result, stderr).toMatchObject({ name: campaign.name, lost: 0, repeated: 0, faults: [] });
      expect(result?.['runs']).toBeGreaterThan(0);
      expect(result?.['survived']).toBe(result?.['runs']);
      expect(code).toBe(0);
    });
  }
});
