import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openStream } from '../../src/index.ts';
import { outcome, PROGRAM, Process, temporaryFolder, tidemark } from './processes.ts';

const stream = openStream('users?seed=7');
const lines = Array.from({ length: 100 }, (_, seq) => new TextDecoder().decode(stream.message(seq)));

function capture(text: string): string {
  const path = join(temporaryFolder(), 'capture.ndjson');
  writeFileSync(path, text);
  return path;
}

describe('tidemark verify', () => {
  test('proves what gen wrote, from stdin', async () => {
    const script =
      '"$0" "$1" gen "users?seed=7" --from 50 --count 9999 | "$0" "$1" verify "users?seed=7" - --from 50 --count 9999';
    const run = new Process('sh', ['-c', script, process.execPath, PROGRAM]);
    const { code, stdout } = await outcome(run);
    expect(stdout.split('\n').at(-1)).toBe(
      'PROVED 9,999 of 9,999 messages: lost 0, repeated 0, reordered 0, corrupt 0, foreign 0',
    );
    expect(code).toBe(0);
  });

  test('names each range that is wrong, with the place of the first difference, and exits with 2', async () => {
    const damaged = [...lines.slice(0, 20), ...lines.slice(25), 'noise \u001b[31m', lines[3]];
    damaged[10] = (damaged[10] ?? '').replace(/"name":"./, '"name":"?');
    const { code, stdout } = await outcome(
      tidemark('verify', 'users?seed=7', capture(damaged.join('\n')), '--count', '110'),
    );
    expect(stdout).toMatch(/corrupt {3}seq 10 \(line 11\): name should be ".*", is "\?/);
    expect(stdout).toContain('lost      5 messages, seq 20 to 24');
    expect(stdout).toContain('lost      10 messages, seq 100 to 109');
    expect(stdout).toContain('repeated  seq 3 (line 97)');
    expect(stdout).toContain('foreign   line 96: should be a message of the stream, is noise \\u001b[31m');
    expect(stdout).toContain(
      'FAILED 95 of 110 messages: lost 15, repeated 1, reordered 0, corrupt 1, foreign 1',
    );
    expect(code).toBe(2);
  });

  test('--json: a finding for each range, and the end', async () => {
    const path = capture(lines.filter((_, seq) => seq !== 7).join('\n'));
    const { code, stdout } = await outcome(tidemark('verify', 'users?seed=7', path, '--json'));
    const events = stdout.split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(events.map(({ event }) => event)).toEqual(['start', 'finding', 'end']);
    expect(events[1]).toMatchObject({ kind: 'lost', from: 7, to: 7, first_difference: null });
    expect(events[2]).toMatchObject({
      ...{
        verdict: 'failed',
        expected: 100,
        messages: 99,
        lost: 1,
        repeated: 0,
        reordered: 0,
        corrupt: 0,
        foreign: 0,
      },
    });
    expect(code).toBe(2);
  });

  test('a file that is not there: a sentence, exit 1', async () => {
    const { code, stderr } = await outcome(tidemark('verify', 'users', '/nowhere/capture'));
    expect(stderr).toContain("tidemark: /nowhere/capture can't be read: ENOENT");
    expect(code).toBe(1);
  });
});
