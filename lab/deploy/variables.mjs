import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

const config = JSON.parse(readFileSync(new URL('../../schemas/config.schema.json', import.meta.url), 'utf8'));
const { serve } = config.properties;
const options = Object.keys(serve.properties ?? config.$defs?.serve?.properties);
const known = options.map((option) => option.toUpperCase().replaceAll('-', '_'));

/** Fails unless each is a variable that `tidemark serve` reads. */
export function checkVariables(names) {
  const variables = names.filter((name) => name.startsWith('TIDEMARK_'));
  assert.ok(variables.length > 0);
  for (const name of variables) {
    const option = name.replace(/^TIDEMARK_(SERVE_)?/, '');
    assert.ok(known.includes(option), `${name} is no variable of tidemark serve`);
  }
}
