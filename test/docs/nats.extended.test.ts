import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { FEED_HEADERS } from '../../src/carriage/nats/feed-headers.ts';
import { freePort, outcome, Process, temporaryFolder } from '../e2e/processes.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const page = readFileSync(join(root, 'docs', 'nats.md'), 'utf8');

test('its five commands do what they say, run as they stand but for the port', async () => {
  const [, script = ''] = /<!-- run: nats -->\n```sh\n([\s\S]*?)```/.exec(page) ?? [];
  expect(script.match(/^# \d\./gm)).toHaveLength(5);
  const port = await freePort();
  const placed = script
    .replaceAll('4222', String(port))
    .replaceAll('node dist/cli/tidemark.js', 'timeout 240 node dist/cli/tidemark.js')
    .replaceAll(/^nats-server/gm, 'nats-server -a 127.0.0.1'); // as it stands: it is killed by its own id
  const setting = `export TMPDIR=${temporaryFolder()} PATH=$PATH:/usr/sbin`;
  const run = new Process('bash', ['-c', `${setting}\n${placed}\nwait`], { cwd: root, detached: true });
  const { stdout, stderr } = await outcome(run);
  expect(stdout, 'NATS was killed').toMatch(/looking again in/);
  expect(stdout, stderr).toContain('ACKNOWLEDGED 1,000 messages');
  expect(stdout).toContain('PROVED 1,000 of 1,000 messages: lost 0, repeated 0, reordered 0, corrupt 0');
  expect(stdout).toMatch(/ACKNOWLEDGED 4,000 messages, up to seq 4,999/);
  expect(stdout).toContain('PROVED 5,000 of 5,000 messages: lost 0, repeated 0, reordered 0, corrupt 0');
});

test('it names the headers, and the packages as they are tested', () => {
  for (const header of Object.values(FEED_HEADERS)) expect(page).toContain(`\`${header}\``);
  const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  for (const name of ['transport-node', 'jetstream', 'kv'])
    expect(page).toContain(`@nats-io/${name}@${devDependencies[`@nats-io/${name}`]}`);
});
