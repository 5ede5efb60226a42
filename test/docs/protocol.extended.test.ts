import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { freePort, outcome, Process, serveOn, temporaryFolder } from '../e2e/processes.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const protocol = readFileSync(join(root, 'PROTOCOL.md'), 'utf8');

test('a block is reported with curl as it says, and the server prints the sentence', async () => {
  const [, script = ''] = /<!-- receipts -->\n```sh\n([\s\S]*?)```/.exec(protocol) ?? [];
  expect(script).toContain('/receipts');
  const port = await freePort();
  const server = await serveOn(port);
  const cwd = temporaryFolder();
  const { stdout, code } = await outcome(
    new Process('bash', ['-ec', script.replaceAll('8000', String(port))], { cwd }),
  );
  expect([stdout.trim(), code]).toEqual(['{"type":"verified","block":1}', 0]);
  await server.line(/Client alice received 1 block in 2\.000 ms time/);
});
