import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { Command } from 'commander';
import { afterAll, expect, test } from 'vitest';
import { tidemarkProgram } from '../../../src/cli/program.ts';
import { readConfigFile } from '../../../src/cli/settings/config-file.ts';
import { keyOf, optionsWithKey } from '../../../src/cli/settings/settable.ts';
import { configSchema } from './config-schema.ts';

const folder = mkdtempSync(join(tmpdir(), 'tidemark-schema-'));
afterAll(() => rmSync(folder, { recursive: true }));
const commands = tidemarkProgram().commands.filter((command) => optionsWithKey(command).length > 0);
const schema = configSchema(commands);
const judge = new Ajv2020({ allErrors: true, allowUnionTypes: true }).compile(schema);

test('the schema is that of the options there are (vitest -u writes it)', async () => {
  await expect(`${JSON.stringify(schema, null, 2)}\n`).toMatchFileSnapshot(
    '../../../schemas/config.schema.json',
  );
});

/** Whether the file is taken, as far as its form goes. */
function isTaken(content: unknown): boolean {
  const path = join(folder, 'config.json');
  writeFileSync(path, JSON.stringify(content));
  try {
    readConfigFile({ path, pickedUp: false }, commands[0] as Command);
    return true;
  } catch {
    return false;
  }
}

test('the schema takes the form that the command takes, and no other', () => {
  const values = ['text', 5, true, null, {}, ['text'], [5], [true], [[]], []];
  for (const command of commands)
    for (const option of optionsWithKey(command))
      for (const value of [...values, ...(option.argChoices ?? [])]) {
        const content = { [command.name()]: { [keyOf(option)]: value } };
        // Of choices the schema says more than the form.
        const isOther =
          option.argChoices !== undefined && !option.argChoices.includes(String([value].flat()[0]));
        if (!isOther) expect(judge(content), JSON.stringify(content)).toBe(isTaken(content));
      }
  const forms = [{}, [], null, 5, { $schema: 'x' }, { srve: {} }, { serve: [] }, { serve: { prot: 1 } }];
  for (const content of forms) expect(judge(content), JSON.stringify(content)).toBe(isTaken(content));
});
