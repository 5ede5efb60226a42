import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { tidemarkProgram } from '../../src/cli/program.ts';
import { readConfigFile } from '../../src/cli/settings/config-file.ts';
import { cliPage } from './cli-page.ts';

const page = cliPage(tidemarkProgram().commands);

test('docs/cli.md is as the commands are (vitest -u writes it)', async () => {
  await expect(page).toMatchFileSnapshot('../../docs/cli.md');
});

test('it has every option that help shows, with its variable', () => {
  for (const command of tidemarkProgram().commands) {
    const [, section = ''] = page.split(`\n## tidemark ${command.name()}\n`);
    const own = section.split('\n## ')[0] as string;
    for (const { long, flags, hidden } of command.options) {
      if (hidden || long === '--config' || long === '--no-config') continue;
      const variable = `TIDEMARK_${command.name()}_${long?.slice(2)}`.replaceAll('-', '_').toUpperCase();
      expect(own).toMatch(new RegExp(`^\\| \`${flags}\` .* \`${variable}\` \\|$`, 'm'));
    }
    expect(own).toMatch(/\*\*Exit codes\*\*\n\n\| code \| when \|\n\|---\|---\|\n\| \d+ \| /);
  }
});

test('its example of a config file is one', () => {
  const [, example = ''] = /```json\n(.*?)```/s.exec(page) ?? [];
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-page-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'config.json');
  writeFileSync(path, example);
  for (const command of tidemarkProgram().commands)
    expect(() => readConfigFile({ path, pickedUp: false }, command)).not.toThrow();
});
