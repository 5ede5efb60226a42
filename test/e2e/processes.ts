import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { Child, type Output } from '../../lab/kit/child.mjs';
import { Scope } from '../../lab/kit/scope.mjs';
import { TIDEMARK } from '../../lab/kit/tidemark.mjs';

export { freePort } from '../../lab/kit/free-port.mjs';

/** The built program: what a user runs. */
export const PROGRAM: string = TIDEMARK;

/** Debian's Python, which sees Debian's packages. */
export const PYTHON = '/usr/bin/python3';

/** Long enough for a machine that is busy with other things, and shorter than a test may take. */
const WAIT_MS = 120_000;

export type Line = Record<string, unknown> & { event: string };

/**
 * A process of a test's. It does not outlive the test.
 *
 * What a process has said by now depends on the machine. So a test waits for what it asserts, by `event`, `firstEvents`,
 * `line` or `lines`; all that was said (`events`, `stdout`, `stderr`) can be had once the process has ended, and not
 * before.
 */
export class Process extends Child {
  readonly #heard: Record<Output, string[]> = { stdout: [], stderr: [] };
  /** Both, in the order in which they were read. */
  readonly #said: string[] = [];
  readonly #events: Line[] = [];
  #parsed = 0;

  constructor(
    command: string,
    args: readonly string[],
    options: { cwd?: string; env?: NodeJS.ProcessEnv; detached?: boolean } = {},
  ) {
    const scope = new Scope();
    super(scope, command, args, options);
    onTestFinished(() => scope.close());
  }

  /** All events of a `--json` process that has ended. */
  get events(): readonly Line[] {
    this.#expectEnded('events');
    return this.#eventsByNow();
  }

  /** All lines of a process that has ended. */
  get stdout(): readonly string[] {
    this.#expectEnded('stdout');
    return this.#heard.stdout;
  }

  /** All lines of a process that has ended. */
  get stderr(): readonly string[] {
    this.#expectEnded('stderr');
    return this.#heard.stderr;
  }

  /** Resolves with the first event of this name (and like this) that has come or comes. */
  async event(name: string, matches?: (event: Line) => boolean): Promise<Line> {
    const [event] = await this.firstEvents(1, name, matches);
    return event as Line;
  }

  /** Resolves with so many, the first of this name (and like this) that have come or come. */
  firstEvents(count: number, name: string, matches: (event: Line) => boolean = () => true): Promise<Line[]> {
    const is = (line: Line) => line.event === name && matches(line);
    return this.#first(count, `event ${name}`, () => this.#eventsByNow(), is);
  }

  /** Resolves with the first line of text, on either output, that matches. */
  async line(pattern: RegExp): Promise<string> {
    const [line] = await this.lines(1, pattern);
    return line as string;
  }

  /** Resolves with so many lines of text, the first on either output that match. */
  lines(count: number, pattern: RegExp): Promise<string[]> {
    const is = (line: string) => pattern.test(line);
    return this.#first(count, `a line like ${pattern}`, () => this.#said, is);
  }

  override hear(line: string, output: Output): void {
    super.hear(line, output);
    this.#heard[output].push(line);
    this.#said.push(line);
  }

  #eventsByNow(): readonly Line[] {
    const lines = this.#heard.stdout;
    for (; this.#parsed < lines.length; this.#parsed++) {
      const line = lines[this.#parsed] as string;
      const isTorn = this.process.killed && !line.endsWith('}'); // the last one of a process that was killed
      if (!isTorn) this.#events.push(JSON.parse(line) as Line);
    }
    return this.#events;
  }

  #expectEnded(what: string): void {
    if (!this.running) return;
    throw new Error(
      `the process has not ended, so its ${what} may be anything: wait for what is to come by event(), firstEvents(), line() or lines(), or for its end`,
    );
  }

  #first<T>(
    count: number,
    what: string,
    all: () => readonly T[],
    matches: (each: T) => boolean,
  ): Promise<T[]> {
    const found: T[] = [];
    let seen = 0;
    const look = () => {
      const lines = all();
      for (; seen < lines.length && found.length < count; seen++) {
        const each = lines[seen] as T;
        if (matches(each)) found.push(each);
      }
      return found.length === count && found;
    };
    return this.until(count === 1 ? what : `${what}, ${count} times`, look, WAIT_MS);
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
