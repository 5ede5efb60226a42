import { createServer } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { freePort, outcome, PROGRAM, Process, PYTHON, serveOn, tidemark } from './processes.ts';

/** `tidemark top` in a pseudo-terminal: see terminal.py. */
const TERMINAL = join(fileURLToPath(new URL('.', import.meta.url)), 'python', 'terminal.py');
const LEFT = '\u001b[0m\u001b[?7h\u001b[?25h\u001b[?1049l';

interface Left {
  readonly exit: number;
  readonly modes_kept: boolean;
  readonly stopped: readonly { readonly modes_kept: boolean; readonly left: boolean }[];
  readonly written: string;
}

async function inTerminal(size: string, steps: readonly string[], ...args: string[]): Promise<Left> {
  const top = new Process(PYTHON, [
    TERMINAL,
    size,
    ...steps,
    '--',
    process.execPath,
    PROGRAM,
    'top',
    ...args,
  ]);
  const { stdout, stderr } = await outcome(top);
  return JSON.parse(stdout === '' ? expect.fail(stderr) : stdout);
}

async function served(...names: string[]): Promise<string> {
  const port = await freePort();
  await serveOn(port);
  for (const name of names)
    await tidemark('connect', `ws://127.0.0.1:${port}/users?rate=20`, '--client', name).line(/block 1:/);
  return `http://127.0.0.1:${port}`;
}

describe('the terminal is as it was', () => {
  test.each([
    ['q', ['type q'], 0],
    ['Ctrl-C', ['type \\x03'], 130],
    ['SIGINT', ['signal SIGINT'], 130],
    ['SIGTERM', ['signal SIGTERM'], 143],
    ['SIGHUP', ['signal SIGHUP'], 143],
    ['Ctrl-C while a filter is typed', ['type /', 'await filter:', 'type \\x03'], 130],
  ])('after %s', async (_, steps, exit) => {
    const left = await inTerminal('80x24', ['await alice', ...steps], await served('alice'));
    expect(left).toMatchObject({ exit, modes_kept: true });
    expect(left.written.split('\u001b[?1049h')).toHaveLength(2);
    expect(left.written.endsWith(LEFT)).toBe(true);
  });

  test('when the server refuses, which is said behind it', async () => {
    const port = await freePort();
    await serveOn(port, '--token', 'mine');
    const left = await inTerminal('80x24', [], `http://127.0.0.1:${port}`);
    expect(left).toMatchObject({ exit: 1, modes_kept: true });
    const [, behind = ''] = left.written.split(LEFT);
    expect(behind).toMatch(/^tidemark: .*HTTP 401/);
  });

  test('when something goes wrong that nobody thought of', async () => {
    const url = await served('alice');
    // A program that is loaded before it throws later on.
    const thrown = "data:text/javascript,process.on('SIGUSR2',()=>{throw new Error('unthought-of')})";
    const steps = ['await alice', 'signal SIGUSR2'];
    const run = new Process(PYTHON, [
      ...[TERMINAL, '80x24', ...steps, '--', process.execPath, '--import', thrown, PROGRAM, 'top', url],
    ]);
    const left: Left = JSON.parse((await outcome(run)).stdout);
    expect(left).toMatchObject({ modes_kept: true });
    expect(left.exit).not.toBe(0);
    const [, behind = ''] = left.written.split(LEFT);
    expect(behind).toContain('unthought-of');
  });

  test.each(['type \\x1a', 'signal SIGTSTP'])(
    'while it is stopped by %s, and it goes on after that',
    async (stop) => {
      const steps = [
        'await alice',
        stop,
        'stopped',
        'signal SIGCONT',
        'await \u001b[?1049h',
        'await alice',
        'type q',
      ];
      const left = await inTerminal('80x24', steps, await served('alice'));
      expect(left).toMatchObject({ exit: 0, modes_kept: true, stopped: [{ modes_kept: true, left: true }] });
      expect(left.written.endsWith(LEFT)).toBe(true);
    },
  );
});

test('it filters, sorts and pauses by keys, and is laid out anew for another size', async () => {
  const url = await served('alice', 'bob');
  const left = await inTerminal(
    '80x24',
    [
      ...['await 2 clients', 'type /bo', 'await 1 of 2', 'type \\x1b', 'await 2 clients'],
      ...['type s', 'await by name', 'type p', 'await PAUSED', 'type ?', 'await Ctrl-L', 'type x'],
      ...['size 150x30', 'await asked', 'type q'],
    ],
    url,
  );
  expect(left).toMatchObject({ exit: 0, modes_kept: true });
});

test('it says that the server was killed, and comes back to the next one', async () => {
  const port = await freePort();
  const first = await serveOn(port);
  const args = [
    TERMINAL,
    '80x24',
    'await server 0',
    'await not connected',
    'await connected again after',
    'type q',
  ];
  const top = new Process(PYTHON, [
    ...args,
    '--',
    process.execPath,
    PROGRAM,
    'top',
    `http://127.0.0.1:${port}`,
  ]);
  await top.line(/^did await server 0$/);
  first.kill('SIGKILL');
  await first.exited;
  await serveOn(port);
  const left: Left = JSON.parse((await outcome(top)).stdout);
  expect(left).toMatchObject({ exit: 0, modes_kept: true });
  expect(left.written).toContain('the server is another one, started anew');
});

test('a name that moves the cursor moves nothing', async () => {
  const hostile = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    const presence = {
      ...{
        name: 'evil\u001b[2J\u001b]0;title\u0007',
        stream: '\u009b31m',
        carriage: 'websocket',
        from: 0,
        cursor: 1,
      },
      ...{ rate: 1, blocks: 0, verified: 0, mismatched: 0, lag_ms: 0, last_block_ms: null, late_ms: null },
      ...{ address: null, since: new Date().toISOString() },
    };
    const opening = { type: 'opening', version: '\u001bc', started: '', chaos: null, seconds: [], marks: [] };
    const second = {
      ...{
        type: 'second',
        at_ms: 1,
        interval_ms: 1000,
        clients: 1,
        streams: [],
        roster: [presence],
        marks: [],
      },
    };
    response.write(`${JSON.stringify(opening)}\n${JSON.stringify(second)}\n`);
  }).listen(0, '127.0.0.1');
  onTestFinished(() => {
    hostile.closeAllConnections();
    hostile.close();
  });
  await new Promise((resolve) => hostile.once('listening', resolve));
  const { port } = hostile.address() as { port: number };
  const left = await inTerminal(
    '80x24',
    ['await evil', 'await 1 client', 'type q'],
    `http://127.0.0.1:${port}`,
  );
  expect(left.written).not.toContain('\u001b]0');
  expect(left.written).not.toContain('\u001bc');
  expect(left.written).not.toContain('\u009b');
  expect(left.written).toContain('evil\\u0');
  expect(left.written).toContain('server \\u001bc');
});
