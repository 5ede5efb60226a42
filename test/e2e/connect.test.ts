import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startChaosProxy } from '../../src/chaos/chaos-proxy.ts';
import { readLog } from './logs.ts';
import { freePort, outcome, serveOn, temporaryFolder, tidemark } from './processes.ts';

describe('ends', () => {
  test('starts before the server does; a last short block is partial; the sentence is exact', async () => {
    const port = await freePort();
    const url = `ws://127.0.0.1:${port}/users?rate=200`;
    const client = tidemark(
      'connect',
      url,
      '--client',
      'alice',
      '--block-size',
      '4',
      '--count',
      '10',
      '--json',
    );
    await client.event('disconnected');
    const server = await serveOn(port);
    expect((await outcome(client)).code).toBe(0);
    const [start] = client.events;
    expect(start).toMatchObject({
      event: 'start',
      client: 'alice',
      url,
      block: 4,
      count: 10,
      log: null,
      plain: false,
    });
    const blocks = client.events.filter(({ event }) => event === 'block');
    expect(blocks.map(({ count, partial }) => [count, partial])).toEqual([
      [4, false],
      [4, false],
      [2, true],
    ]);
    const receipts = await server.firstEvents(3, 'receipt');
    expect(receipts.map(({ verified }) => verified)).toEqual([true, true, true]);
    for (const { text, elapsed_ms, block } of receipts) {
      expect(text).toBe(
        `Client alice received ${block} block in ${(elapsed_ms as number).toFixed(3)} ms time`,
      );
    }
    expect(await server.event('leave')).toMatchObject({
      reason: 'done',
      blocks: 3,
      messages: 10,
      clients: 0,
    });
  });

  test('--blocks; several clients with a log each, and one verdict', async () => {
    const port = await freePort();
    await serveOn(port);
    const log = join(temporaryFolder(), 'run.ndjson');
    const options = [
      '--clients',
      '3',
      '--client',
      'bob',
      '--block-size',
      '10',
      '--blocks',
      '3',
      '--log',
      log,
    ];
    const run = tidemark('connect', `ws://127.0.0.1:${port}/arrays?rate=max`, ...options);
    const { code, stdout } = await outcome(run);
    expect(stdout.split('\n').at(-1)).toBe(
      'PROVED 3 of 3 clients, 90 of 90 messages: lost 0, repeated 0, reordered 0, corrupt 0, resumes 0',
    );
    expect(code).toBe(0);
    for (const name of ['bob-1', 'bob-2', 'bob-3']) {
      expect(readLog(log.replace('.ndjson', `.${name}.ndjson`)).seqs).toHaveLength(30);
    }
  });

  test('each message is shown with its timestamp, then the block; at high rates the block alone', async () => {
    const port = await freePort();
    await serveOn(port);
    const slow = tidemark(
      'connect',
      `ws://127.0.0.1:${port}/bytes?size=40&rate=20`,
      '--block-size',
      '2',
      '--blocks',
      '2',
    );
    const { stdout } = await outcome(slow);
    const shown = stdout.split('\n').slice(2, 5);
    expect(shown[0]).toMatch(/^ {2}\d\d:\d\d:\d\d\.\d{6} {6}0 {2}\{"seq":0,"data":"/);
    expect(shown[1]).toMatch(/^ {2}\d\d:\d\d:\d\d\.\d{6} {6}1 {2}\{"seq":1,"data":"/);
    expect(shown[2]).toMatch(
      /^\d\d:\d\d:\d\d\.\d{3} block 1: 2 messages 0 to 1 in \d+\.\d{3} ms(?: \(one read\))?, 80 bytes, crc32 [0-9a-f]{8}$/,
    );
    const fast = tidemark(
      'connect',
      `ws://127.0.0.1:${port}/bytes?rate=1000`,
      '--block-size',
      '100',
      '--blocks',
      '2',
    );
    expect((await outcome(fast)).stdout).not.toContain('"seq"');
  });

  test('Ctrl-C leaves gracefully, reports the open block, tells how to go on; that command goes on', async () => {
    const port = await freePort();
    const server = await serveOn(port);
    const log = join(temporaryFolder(), 'run.ndjson');
    const url = `ws://127.0.0.1:${port}/users?rate=100`;
    const first = tidemark(
      'connect',
      url,
      '--client',
      'cy',
      '--block-size',
      '7',
      '--count',
      '300',
      '--log',
      log,
    );
    await first.line(/block 3/);
    first.kill('SIGINT');
    const interrupted = await outcome(first);
    expect(interrupted.code).toBe(130);
    const lines = interrupted.stdout.split('\n');
    expect(lines.at(-1)).toMatch(
      /^INTERRUPTED \d+ of 300 messages: lost 0, repeated 0, reordered 0, corrupt 0, resumes 0; \d+ not yet come: seq \d+ to 299$/,
    );
    expect(lines.at(-2)).toBe(
      `go on with: node dist/cli/tidemark.js connect --log ${log} --resume --count 300`,
    );
    expect(await server.event('leave')).toMatchObject({ client: 'cy', reason: 'left' });
    const { code, stdout } = await outcome(tidemark('connect', '--log', log, '--resume'));
    expect(stdout.split('\n').at(-1)).toMatch(
      /^PROVED 300 of 300 messages: lost 0, repeated 0, reordered 0, corrupt 0, resumes 1$/,
    );
    expect(code).toBe(0);
    expect(readLog(log).seqs).toEqual(Array.from({ length: 300 }, (_, seq) => seq));
  });
});

test('Ctrl-C before there was any server: the way to go on has every setting; an empty log is no obstacle', async () => {
  const port = await freePort();
  const log = join(temporaryFolder(), 'run.ndjson');
  const url = `ws://127.0.0.1:${port}/users?rate=max`;
  const early = tidemark('connect', url, '--client', 'eli', '--block-size', '3', '--log', log, '--json');
  await early.event('disconnected');
  early.kill('SIGINT');
  expect((await outcome(early)).code).toBe(130);
  await early.line(
    new RegExp(
      `^go on with: node dist/cli/tidemark.js connect '.*rate=max' --client eli --block-size 3 --log ${log}$`,
    ),
  );
  await serveOn(port);
  const late = tidemark('connect', url, '--client', 'eli', '--block-size', '3', '--log', log, '--count', '6');
  expect((await outcome(late)).code).toBe(0);
  const less = await outcome(tidemark('connect', '--log', log, '--resume', '--count', '5'));
  expect(less.stderr).toMatch(/--count must be at least 6, to which the run in the log has come, got "5"/);
  expect(less.code).toBe(1);
  const done = await outcome(tidemark('connect', '--log', log, '--resume'));
  expect(done.stdout).toMatch(/^PROVED 6 of 6 messages/m);
});

test('a run is resumed under its own name, and the printed way to go on keeps a new count', async () => {
  const port = await freePort();
  await serveOn(port);
  const log = join(temporaryFolder(), 'run.ndjson');
  const url = `ws://127.0.0.1:${port}/users?rate=50`;
  const first = tidemark('connect', url, '--client', 'ida', '--count', '20', '--log', log);
  expect((await outcome(first)).code).toBe(0);
  const other = await outcome(tidemark('connect', '--log', log, '--resume', '--client', 'other'));
  expect([other.code, other.stderr]).toEqual([
    1,
    'tidemark: --client must be ida, whose log it is, got "other"',
  ]);
  const more = tidemark('connect', '--log', log, '--resume', '--count', '130');
  await more.line(/block 6/);
  more.kill('SIGINT');
  const { stdout } = await outcome(more);
  const hint = `go on with: node dist/cli/tidemark.js connect --log ${log} --resume --count 130`;
  expect(stdout.split('\n').at(-2)).toBe(hint);
  const last = await outcome(tidemark(...hint.slice(hint.indexOf('connect')).split(' ')));
  expect(last.stdout).toMatch(/^PROVED 130 of 130 messages/m);
  expect(last.code).toBe(0);
  const again = await outcome(tidemark('connect', '--log', log, '--resume'));
  expect(again.stdout).toMatch(/^PROVED 130 of 130 messages/m);
});

test('what a relay closed without a count is proved as far as it goes, and says so', async () => {
  const port = await freePort();
  await serveOn(port);
  const relay = `ws://127.0.0.1:${port}/users?seed=7&rate=max&count=7`;
  const stream = ['--plain', '--stream', 'users?seed=7'];
  const { code, stdout } = await outcome(tidemark('connect', relay, ...stream));
  expect(code).toBe(0);
  expect((await outcome(tidemark('connect', relay, ...stream, '--require-proof'))).code).toBe(2);
  expect(stdout.split('\n').slice(-2)).toEqual([
    'a missing tail was not looked for: --count says how many messages were due',
    expect.stringMatching(/^PROVED \(as far as it goes\) 7 of 7 messages:/),
  ]);
  const counted = await outcome(tidemark('connect', relay, ...stream, '--count', '7'));
  expect(counted.stdout).not.toMatch(/missing tail/);
  expect(counted.stdout).toMatch(/^PROVED 7 of 7 messages/m);
  const nothing = await outcome(
    tidemark('connect', relay.replace('count=7', 'count=0'), ...stream, '--require-proof'),
  );
  expect(nothing.stdout).toMatch(/^UNPROVED 0 of 0 messages: no message came; resumes 0$/m);
  expect(nothing.code).toBe(2);
});

describe('what must not pass', () => {
  test('a log without a run names no server: a sentence, exit 1', async () => {
    const log = join(temporaryFolder(), 'run.ndjson');
    writeFileSync(log, '{"record":"ru');
    const { code, stderr } = await outcome(tidemark('connect', '--log', log, '--resume'));
    expect(stderr).toBe(`tidemark: --log ${log} holds no run yet, and so no URL: name the URL`);
    expect(code).toBe(1);
  });

  test('a bit flipped on the way: found, named, exit 2', async () => {
    const port = await freePort();
    const server = await serveOn(port);
    const relay = await startChaosProxy({ to: `ws://127.0.0.1:${port}`, chaos: 'flip=@45' });
    onTestFinished(() => relay.close());
    const url = `${relay.url}/bytes?size=100&rate=500`;
    const { code, stdout } = await outcome(tidemark('connect', url, '--block-size', '10', '--count', '100'));
    expect(stdout).toMatch(/WRONG block 5 \(40 to 49\): CRC-32 is [0-9a-f]{8}, should be [0-9a-f]{8}/);
    expect(stdout.split('\n').at(-1)).toMatch(
      /^FAILED 100 of 100 messages: lost 0, repeated 0, reordered 0, corrupt 10, /,
    );
    expect(code).toBe(2);
    expect(await server.event('receipt', ({ verified }) => verified === false)).toMatchObject({ block: 5 });
  });

  test('another seed after a restart: 4422, exit 2, and the log is as it was', async () => {
    const port = await freePort();
    const server = await serveOn(port, '--seed', '1');
    const log = join(temporaryFolder(), 'run.ndjson');
    const client = tidemark(
      'connect',
      `ws://127.0.0.1:${port}/users`,
      '--log',
      log,
      '--block-size',
      '2',
      '--json',
    );
    await client.event('block');
    await server.killNow();
    const logged = readFileSync(log, 'utf8');
    await serveOn(port, '--seed', '2');
    expect((await outcome(client)).code).toBe(2);
    expect(client.events.at(-1)).toMatchObject({
      event: 'end',
      verdict: 'failed',
      error: expect.stringMatching(
        /stream differs: the server sends users\?seed=2 .* this run has read users\?seed=1 /,
      ),
    });
    expect(readFileSync(log, 'utf8').startsWith(logged)).toBe(true);
    const resumed = await outcome(tidemark('connect', '--log', log, '--resume'));
    expect(resumed.code).toBe(2);
    const named = tidemark(
      'connect',
      `ws://127.0.0.1:${port}/users?seed=1`,
      '--log',
      log,
      '--resume',
      '--count',
      '20',
    );
    expect((await outcome(named)).stdout).toMatch(/^PROVED 20 of 20 messages/m);
  });

  test('a log that can not be written, exists already, or is none: a sentence, exit 1', async () => {
    const port = await freePort();
    await serveOn(port);
    const url = `ws://127.0.0.1:${port}/users?rate=100`;
    const folder = temporaryFolder();
    const nowhere = await outcome(tidemark('connect', url, '--log', join(folder, 'no', 'run.ndjson')));
    expect(nowhere.stderr).toMatch(/^tidemark: .*run\.ndjson can't be opened: .*\(ENOENT\)/);
    expect(nowhere.code).toBe(1);
    const log = join(folder, 'run.ndjson');
    expect((await outcome(tidemark('connect', url, '--log', log, '--count', '5'))).code).toBe(0);
    const size = statSync(log).size;
    const again = await outcome(tidemark('connect', url, '--log', log, '--count', '5'));
    expect(again.stderr).toMatch(/holds a log already: name another file, or resume its run \(--resume\)/);
    expect([again.code, statSync(log).size]).toEqual([1, size]);
    const missing = await outcome(tidemark('connect', '--log', join(folder, 'none'), '--resume'));
    expect(missing.stderr).toMatch(/none: there is no log to resume/);
    expect([missing.code, existsSync(join(folder, 'none'))]).toEqual([1, false]);
  });

  test.each([
    [['--block-size', '0'], /--block-size must be a whole number from 1 to 1000000, got "0"/],
    [['--count', '5', '--blocks', '5'], /--count and --blocks both say when to end/],
    [['--resume'], /--resume goes on from a log: name it by --log/],
    [['ftp://127.0.0.1/'], /URL must be a ws:\/\/.*address.*got "ftp:\/\/127\.0\.0\.1\/"/],
    [['--client', 'a b'], /client must be 1 to 64 letters, digits or \._@-, got "a b"/],
    [['--rate', 'fast'], /rate must be messages a second.*got "fast"/],
    [['--nonsense'], /unknown option '--nonsense'/],
  ])('usage: %s', async (args, sentence) => {
    const { code, stderr } = await outcome(tidemark('connect', ...args));
    expect(stderr).toMatch(sentence);
    expect(code).toBe(1);
  });
});
