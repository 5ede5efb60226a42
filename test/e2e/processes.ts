import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

/** The built program: what a user runs. */
export const PROGRAM: string = fileURLToPath(new URL('../../dist/cli/tidemark.js', import.meta.url));

/** Debian's Python, which sees Debian's packages. */
export const PYTHON = '/usr/bin/python3';

/** Long enough for a machine that is busy with other things, and shorter than a test may take. */
const WAIT_MS = 60_000;

/** Where `freePort` looks: below the ports that systems give to whoever asks for any, and above those of servers. */
const PORTS = { first: 10_000, last: 32_000 };
const PORT_ATTEMPTS = 100;

export type Line = Record<string, unknown> & { event: string };

/**
 * A process of a test's. It does not outlive the test.
 *
 * What a process has said by now depends on the machine. So a test waits for what it asserts, by `event`, `firstEvents`,
 * `line` or `lines`; all that was said (`events`, `stdout`, `stderr`) can be had once the process has ended, and not
 * before.
 */
export class Process {
  readonly child: ChildProcess;
  /** Resolves when it has ended, and all that it said has been read. */
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  readonly #stdout: string[] = [];
  readonly #stderr: string[] = [];
  /** Both, in the order in which they were read. */
  readonly #said: string[] = [];
  readonly #watchers = new Set<() => void>();
  readonly #events: Line[] = [];
  readonly #command: string;
  #ended = false;

  constructor(
    command: string,
    args: readonly string[],
    options: { cwd?: string; env?: NodeJS.ProcessEnv; detached?: boolean } = {},
  ) {
    this.#command = [command, ...args].join(' ');
    this.child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NO_COLOR: '1' },
      ...options,
    });
    const closed = once(this.child, 'close');
    this.exited = closed.then(([code, signal]) => {
      this.#ended = true;
      this.#changed();
      return { code, signal };
    });
    this.#collect(this.child.stdout, this.#stdout);
    this.#collect(this.child.stderr, this.#stderr);
    onTestFinished(async () => {
      this.child.kill('SIGKILL');
      await closed;
    });
  }

  get running(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** All events of a `--json` process that has ended. */
  get events(): readonly Line[] {
    this.#expectEnded('events');
    return this.#eventsByNow();
  }

  /** All lines of a process that has ended. */
  get stdout(): readonly string[] {
    this.#expectEnded('stdout');
    return this.#stdout;
  }

  /** All lines of a process that has ended. */
  get stderr(): readonly string[] {
    this.#expectEnded('stderr');
    return this.#stderr;
  }

  /** Resolves with the first event of this name (and like this) that has come or comes. */
  async event(name: string, matches?: (event: Line) => boolean): Promise<Line> {
    const [event] = await this.firstEvents(1, name, matches);
    return event as Line;
  }

  /** Resolves with so many, the first of this name (and like this) that have come or come. */
  firstEvents(count: number, name: string, matches: (event: Line) => boolean = () => true): Promise<Line[]> {
    return this.#first(
      count,
      `event ${name}`,
      () => this.#eventsByNow(),
      (line) => line.event === name && matches(line),
    );
  }

  /** Resolves with the first line of text, on either output, that matches. */
  async line(pattern: RegExp): Promise<string> {
    const [line] = await this.lines(1, pattern);
    return line as string;
  }

  /** Resolves with so many lines of text, the first on either output that match. */
  lines(count: number, pattern: RegExp): Promise<string[]> {
    return this.#first(
      count,
      `a line like ${pattern}`,
      () => this.#said,
      (line) => pattern.test(line),
    );
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Kills it and waits until it is gone. */
  async killNow(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.exited;
  }

  #eventsByNow(): readonly Line[] {
    for (let index = this.#events.length; index < this.#stdout.length; index++)
      this.#events.push(JSON.parse(this.#stdout[index] as string) as Line);
    return this.#events;
  }

  #expectEnded(what: string): void {
    if (this.#ended) return;
    throw new Error(
      `${this.#command} has not ended, so its ${what} may be anything: wait for what is to come by event(), firstEvents(), line() or lines(), or for its end`,
    );
  }

  #collect(stream: NodeJS.ReadableStream | null, lines: string[]): void {
    if (stream === null) return;
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      this.#said.push(line);
      this.#changed();
    });
  }

  #changed(): void {
    for (const watcher of this.#watchers) watcher();
  }

  #first<T>(
    count: number,
    what: string,
    all: () => readonly T[],
    matches: (each: T) => boolean,
  ): Promise<T[]> {
    return new Promise((resolve, reject) => {
      const found: T[] = [];
      let seen = 0;
      const settle = (act: () => void) => {
        this.#watchers.delete(look);
        clearTimeout(timer);
        act();
      };
      const fail = (why: string) => {
        const tail = this.#said.slice(-16).join('\n');
        const wanted = count === 1 ? what : `${what}, ${count} times (${found.length} came)`;
        settle(() =>
          reject(
            new Error(`${why} while waiting for ${wanted} of ${this.#command}; its last lines:\n${tail}`),
          ),
        );
      };
      const timer = setTimeout(() => fail(`${WAIT_MS} ms passed`), WAIT_MS);
      const look = () => {
        const lines = all();
        for (; seen < lines.length && found.length < count; seen++) {
          const each = lines[seen] as T;
          if (matches(each)) found.push(each);
        }
        if (found.length === count) settle(() => resolve(found));
        else if (this.#ended) fail('the process ended');
      };
      this.#watchers.add(look);
      look();
    });
  }
}

/** `tidemark` with these arguments. */
export function tidemark(...args: string[]): Process {
  return new Process(process.execPath, [PROGRAM, ...args]);
}

/** `tidemark serve --json` on this port, once it listens. */
export async function serveOn(port: number, ...args: string[]): Promise<Process> {
  const server = tidemark('serve', '--port', String(port), '--json', ...args);
  await server.event('listening');
  return server;
}

/** What a command that ends by itself prints and how it exits. */
export async function outcome(
  running: Process,
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const { code } = await running.exited;
  return { code, stdout: running.stdout.join('\n'), stderr: running.stderr.join('\n') };
}

/**
 * A port that was free a moment ago, for servers that come late, or come back on the same one. It is none of those that
 * the system gives to whoever asks for any: others would get it meanwhile, and a client that dials it while nobody
 * listens could connect to itself.
 */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < PORT_ATTEMPTS; attempt++) {
    const port = randomInt(PORTS.first, PORTS.last);
    const probe = createServer();
    const free = new Promise<boolean>((resolve) => {
      probe.once('error', () => resolve(false));
      probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
    });
    if (await free) return port;
  }
  throw new Error(`none of ${PORT_ATTEMPTS} ports is free`);
}

/** A folder of the test's own, removed after it. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Waits; only for what is meant to happen at a random moment. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
