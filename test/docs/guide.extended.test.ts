import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { freePort, outcome, Process, temporaryFolder } from '../e2e/processes.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const guide = readFileSync(join(root, 'docs', 'guide.md'), 'utf8');

test('the quick start does what it says, run as it stands but for the port', {
  timeout: 120_000,
}, async () => {
  const [, script = ''] = /<!-- run -->\n```sh\n([\s\S]*?)```/.exec(readme) ?? [];
  expect(script).toContain('node dist/cli/tidemark.js serve');
  const port = await freePort();
  const placed = bounded(script).replaceAll('8000', String(port));
  const run = new Process('bash', ['-c', `export TMPDIR=${temporaryFolder()}\n${placed}\nwait`], {
    cwd: root,
  }); // no job control, as in a script
  const { stdout } = await outcome(run);
  const verdicts = stdout.split('\n').filter((line) => line.startsWith('PROVED'));
  expect(verdicts).toContain(
    'PROVED 10 of 10 messages: lost 0, repeated 0, reordered 0, corrupt 0, resumes 0',
  );
  expect(verdicts.at(-1)).toContain('PROVED 3 of 3 clients, 6,000 of 6,000 messages: lost 0, repeated 0');
  expect(stdout).toMatch(/Client alice received 2 block in \d+\.\d{3} ms time {2}verified/);
  const generated = stdout.split('\n').filter((line) => line.startsWith('{"seq":'));
  expect(generated.map((line) => JSON.parse(line).seq)).toEqual([5, 6]);
  expect(stdout).toContain('stopped');
});

/** No command may outlive a test that fails. */
function bounded(script: string): string {
  return script.replaceAll('node dist/cli/tidemark.js', 'timeout 240 node dist/cli/tidemark.js');
}

/** A script of the guide, as it stands but for the port. */
async function ran(name: string, edited = (script: string, _port: number) => script) {
  const script =
    new RegExp(`<!-- run: ${name} -->\n\`\`\`sh\n([\\s\\S]*?)\`\`\``).exec(guide)?.[1] ?? expect.fail(name);
  const port = await freePort();
  const placed = edited(bounded(script).replaceAll('8000', String(port)), port);
  const setting = `export TMPDIR=${temporaryFolder()}`;
  return outcome(new Process('bash', ['-c', `${setting}\n${placed}\nwait`], { cwd: root }));
}

/** Has it wait for as long as the server takes to listen: curl, unlike our client, comes once. */
function patient(script: string, port: number): string {
  expect(script).toContain('sleep 2\n');
  const readyUrl = `http://127.0.0.1:${port}/readyz`;
  return script.replace(
    'sleep 2',
    `curl -s -o /dev/null --retry 100 --retry-delay 1 --retry-connrefused ${readyUrl}`,
  );
}

test('curl gets a stream as it says', async () => {
  const { stdout } = await ran('http', patient);
  const seqs = [...stdout.matchAll(/^(data: )?\{"seq":(\d+),/gm)].map(([, sse, seq]) => `${sse ?? ''}${seq}`);
  expect(seqs).toEqual(['0', '1', 'data: 5', 'data: 6']);
  expect(stdout).toContain('id: 4\nretry: 1000\ndata:\n\nid: 5\n');
});

test('a capture is checked as it says', async () => {
  const { stdout } = await ran('verify');
  const [, told = ''] = /The first one prints\n\n```text\n([\s\S]*?)```/.exec(guide) ?? [];
  expect(told).toContain('FAILED');
  expect(stdout).toContain(told.trimEnd());
  expect(stdout.split('\n').at(-1)).toContain('PROVED (as JSON) 1,000 of 1,000 messages');
});

test('a secret seed is proved, and checked by whoever has it', async () => {
  const { stdout } = await ran('secret');
  expect(stdout).toContain(
    'PROVED 1,000 of 1,000 messages: lost 0, repeated 0, reordered 0, corrupt 0, resumes 0',
  );
  expect(stdout.split('\n').at(-1)).toContain(
    'PROVED 1,000 of 1,000 messages: lost 0, repeated 0, reordered 0, corrupt 0, foreign 0',
  );
});

test('faults on purpose cost no message', async () => {
  const { stdout } = await ran('chaos');
  expect(stdout).toContain('chaos: stall on connection 1');
  expect(stdout).toContain('chaos: cut on connection 1');
  const [, elapsedMs] = / block 4: 5 messages 15 to 19 in (\d+\.\d+) ms/.exec(stdout) ?? [];
  expect(Number(elapsedMs)).toBeGreaterThan(300); // it stalls for 500 ms before the last of them
  expect(stdout).toContain(' not connected: the connection broke; ');
  expect(stdout).toMatch(/ resumed from \d+ after \d/);
  const [, resumes] = /PROVED 200 of 200 messages: lost 0, .* resumes (\d+)/.exec(stdout) ?? [];
  expect(Number(resumes)).toBeGreaterThan(0);
});

test('a bench is measured, shown and compared as it says', async () => {
  const { stdout } = await ran('bench');
  expect(stdout.match(/^(PROVED|INVALID) 6 cells measured/gm)).toHaveLength(2);
  expect(stdout).toMatch(/^wrote .*a\.html \(\d+ KiB\)$/m);
  expect(stdout).toMatch(/^all 6 cells together: /m);
  expect(stdout.split('\n').at(-1)).toMatch(/^(SAME|NO DIFFERENCE FOUND|DIFFERENT): /);
});
