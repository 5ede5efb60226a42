import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { openStream } from '../../src/index.ts';
import { outcome, PROGRAM, Process, temporaryFolder, tidemark } from './processes.ts';

const stream = openStream('users?seed=7');
const lines = Array.from({ length: 100 }, (_, seq) => new TextDecoder().decode(stream.message(seq)));

function capture(text: string | Uint8Array): string {
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
      'PROVED 9,999 of 9,999 messages from seq 50: lost 0, repeated 0, reordered 0, corrupt 0, foreign 0',
    );
    expect(code).toBe(0);
  });

  test('names each range that is wrong, with the place of the first difference, and exits with 2', async () => {
    const damaged = [...lines.slice(0, 20), ...lines.slice(25), 'noise \u001b[31m', lines[3]];
    damaged[10] = (damaged[10] ?? '').replace(/"name":"./, '"name":"?');
    const { code, stdout } = await outcome(
      tidemark('verify', 'users?seed=7', capture(damaged.join('\n')), '--count', '110'),
    );
    expect(stdout).toMatch(/corrupt {3}seq 10 \(line 11\): name \(byte \d+\) should be ".*", is "\?/);
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
    expect(stderr).toContain(
      "tidemark: /nowhere/capture can't be read: there is no such file or folder (ENOENT)",
    );
    expect(code).toBe(1);
  });

  test('reads gzip, and tells what is wrong in it, or with it', async () => {
    const zipped = gzipSync(lines.join('\n'));
    const good = await outcome(tidemark('verify', '/users?seed=7&count=100', capture(zipped)));
    expect([good.code, good.stdout]).toEqual([0, expect.stringContaining('PROVED 100 of 100 messages')]);
    const cut = await outcome(tidemark('verify', 'users?seed=7', capture(zipped.subarray(0, 2000))));
    expect([cut.code, cut.stderr]).toEqual([
      1,
      expect.stringMatching(/^tidemark: .* is gzip, cut off after 2,000 bytes: /),
    ]);
    zipped[zipped.length - 6] = (zipped.at(-6) ?? 0) ^ 0xff;
    const damaged = await outcome(tidemark('verify', 'users?seed=7', capture(zipped)));
    expect([damaged.code, damaged.stderr]).toEqual([
      1,
      expect.stringMatching(/^tidemark: .* is gzip, damaged \(incorrect data check\): /),
    ]);
  });

  test('names another form in a sentence, exit 1', async () => {
    const path = capture(Buffer.from(lines.join('\n'), 'utf16le'));
    const { code, stdout, stderr } = await outcome(tidemark('verify', 'users?seed=7', path, '--json'));
    expect(stderr).toMatch(
      /^tidemark: .* is UTF-16 \(little-endian\), not messages one a line \(NDJSON\): pass it/m,
    );
    expect(stdout).not.toContain('"event":"end"');
    expect(code).toBe(1);
  });

  test('takes the URL that the stream was asked for by, and says how far the proof goes', async () => {
    const url = 'ws://user:secret-1@127.0.0.1:1/users?seed=7&from=10&rate=5';
    const { code, stdout } = await outcome(tidemark('verify', url, capture(lines.slice(10, 30).join('\n'))));
    expect(stdout).toContain('PROVED (as far as it goes) 20 of 20 messages from seq 10: lost 0');
    expect(stdout).toContain('a missing tail was not looked for: --count says how many');
    expect(stdout).not.toContain('secret-1');
    expect(code).toBe(0);
    const live = await outcome(tidemark('verify', 'users?from=live', capture('')));
    expect([live.code, live.stderr]).toEqual([
      1,
      expect.stringContaining('which --from can say, got "live"'),
    ]);
  });

  test('says which stream a capture looks like, and takes repeats if that is right', async () => {
    const other = await outcome(
      tidemark('verify', 'users?seed=9', capture(lines.join('\n')), '--count', '100'),
    );
    expect([other.code, other.stdout]).toEqual([2, expect.stringContaining('this looks like users?seed=7')]);
    const twice = capture([...lines.slice(0, 60), ...lines.slice(50)].join('\n'));
    const refused = await outcome(tidemark('verify', 'users?seed=7', twice, '--count', '100'));
    expect([refused.code, refused.stdout]).toEqual([
      2,
      expect.stringContaining('are taken by --repeats allow'),
    ]);
    const taken = await outcome(
      tidemark('verify', 'users?seed=7', twice, '--count', '100', '--repeats', 'allow'),
    );
    expect([taken.code, taken.stdout]).toEqual([
      0,
      expect.stringContaining('PROVED (with repeats) 100 of 100'),
    ]);
  });
});
