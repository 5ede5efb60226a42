import { type ChildProcess, spawn } from 'node:child_process';
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

const WAIT_MS = 20_000;

export type Line = Record<string, unknown> & { event: string };

/** A process of a test's: its output by lines, waits for what it says, and its end. It does not outlive the test. */
export class Process {
  readonly child: ChildProcess;
  readonly stdout: string[] = [];
  readonly stderr: string[] = [];
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  readonly #watchers = new Set<() => void>();
  readonly #events: Line[] = [];

  constructor(command: string, args: readonly string[], options: { cwd?: string } = {}) {
    this.child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NO_COLOR: '1' },
      ...options,
    });
    const closed = once(this.child, 'close');
    this.exited = closed.then(([code, signal]) => {
      this.#changed();
      return { code, signal };
    });
    this.#collect(this.child.stdout, this.stdout);
    this.#collect(this.child.stderr, this.stderr);
    onTestFinished(async () => {
      this.child.kill('SIGKILL');
      await closed;
    });
  }

  get running(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** The events of a `--json` process so far. */
  get events(): readonly Line[] {
    for (const line of this.stdout.slice(this.#events.length)) this.#events.push(JSON.parse(line) as Line);
    return this.#events;
  }

  /** Resolves with the first event of this name (and like this) that has come or comes. */
  event(name: string, matches: (event: Line) => boolean = () => true): Promise<Line> {
    let seen = 0;
    return this.#until(`event ${name}`, () => {
      const { events } = this;
      for (; seen < events.length; seen++) {
        const event = events[seen];
        if (event?.event === name && matches(event)) return event;
      }
      return undefined;
    });
  }

  /** Resolves with the first line of text, on either output, that matches. */
  line(pattern: RegExp): Promise<string> {
    return this.#until(`a line like ${pattern}`, () =>
      [...this.stdout, ...this.stderr].find((line) => pattern.test(line)),
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

  #collect(stream: NodeJS.ReadableStream | null, lines: string[]): void {
    if (stream === null) return;
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      this.#changed();
    });
  }

  #changed(): void {
    for (const watcher of this.#watchers) watcher();
  }

  #until<T>(what: string, find: () => T | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      const fail = (why: string) => {
        this.#watchers.delete(look);
        const tail = [...this.stdout.slice(-8), ...this.stderr.slice(-8)].join('\n');
        reject(new Error(`${why} while waiting for ${what}; its last lines:\n${tail}`));
      };
      const timer = setTimeout(() => fail(`${WAIT_MS} ms passed`), WAIT_MS);
      const look = () => {
        const found = find();
        if (found !== undefined) {
          this.#watchers.delete(look);
          clearTimeout(timer);
          resolve(found);
        } else if (!this.running) {
          clearTimeout(timer);
          fail('the process ended');
        }
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

/** A port that was free a moment ago, for servers that are to come back on the same one. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
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
