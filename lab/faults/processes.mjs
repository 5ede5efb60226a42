/** Child processes of a campaign, and what they say. They are ended by their own handles, with their scope. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const TIDEMARK = fileURLToPath(new URL('../../dist/cli/tidemark.js', import.meta.url));
const WAIT_MS = 30_000;
const KEPT_LINES = 200;

export class Child {
  /** Events of `--json`, each with `seenMs`, when it was read on the monotonic clock. */
  events = [];
  /** The last lines of text. */
  lines = [];
  exited;
  #process;
  #group;
  #watchers = new Set();

  /**
   * @param options `prefix`: a command that runs it; `detached`: it has a process group of its own, all of which is
   *   killed; `keep(event)`: which events are kept; the rest is for `spawn`
   */
  constructor(scope, command, args, { prefix = [], keep = () => true, ...options } = {}) {
    const [first, ...rest] = [...prefix, command, ...args];
    const { env, ...others } = options;
    this.#process = spawn(first, rest, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NO_COLOR: '1', ...env },
      ...others,
    });
    this.#group = others.detached === true;
    scope.defer(() => this.kill('SIGKILL'));
    this.exited = new Promise((resolve) => {
      this.#process.once('error', (error) => {
        this.lines.push(error.message);
        resolve({ code: null, signal: null });
      });
      this.#process.once('close', (code, signal) => resolve({ code, signal }));
    }).then((end) => {
      this.ended = end;
      this.#changed();
      return end;
    });
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      if (stream === null) continue;
      stream.on('error', () => {});
      createInterface({ input: stream }).on('line', (line) => this.#read(line, keep));
    }
  }

  get pid() {
    return this.#process.pid;
  }

  get stdout() {
    return this.#process.stdout;
  }

  get running() {
    return this.ended === undefined;
  }

  kill(signal) {
    if (!this.#group) this.#process.kill(signal);
    else if (this.running && this.pid !== undefined) process.kill(-this.pid, signal);
  }

  /** Signals the process itself, though it may have a group. */
  killOnly(signal) {
    this.#process.kill(signal);
  }

  /** Kills it and waits until it is gone. */
  async killNow() {
    this.kill('SIGKILL');
    return this.exited;
  }

  /** What `find` finds, as soon as it finds something; it is asked again whenever the process has said something. */
  until(what, find, timeoutMs = WAIT_MS) {
    return new Promise((resolve, reject) => {
      const end = (settle, value) => {
        this.#watchers.delete(look);
        clearTimeout(timer);
        settle(value);
      };
      const look = () => {
        const found = find(this);
        if (found !== undefined && found !== false) return end(resolve, found);
        if (!this.running) end(reject, this.#failure(`the process ended while waiting for ${what}`));
      };
      const timer = setTimeout(() => end(reject, this.#failure(`no ${what} in ${timeoutMs} ms`)), timeoutMs);
      this.#watchers.add(look);
      look();
    });
  }

  event(name, matches = () => true, timeoutMs = WAIT_MS) {
    let seen = 0;
    return this.until(
      `event ${name}`,
      () => {
        while (seen < this.events.length) {
          const event = this.events[seen++];
          if (event.event === name && matches(event)) return event;
        }
        return undefined;
      },
      timeoutMs,
    );
  }

  /** Resolves when so many clients have told of such an event, each at least once. */
  eventOfEach(name, clients) {
    return this.until(`event ${name} of ${clients} clients`, ({ events }) => {
      const told = events.filter(({ event }) => event === name).map(({ client }) => client);
      return new Set(told).size >= clients;
    });
  }

  /** The way it ended; fails if it goes on for longer. */
  async end(timeoutMs = WAIT_MS) {
    await this.until('end', () => this.ended, timeoutMs);
    return this.ended;
  }

  ends() {
    return this.events.filter(({ event }) => event === 'end');
  }

  #read(line, keep) {
    if (line.startsWith('{"event":')) {
      const event = { seenMs: performance.now(), ...JSON.parse(line) };
      if (keep(event)) this.events.push(event);
    } else {
      this.lines.push(line);
      if (this.lines.length > KEPT_LINES) this.lines.shift();
    }
    this.#changed();
  }

  #changed() {
    for (const watcher of this.#watchers) watcher();
  }

  #failure(what) {
    const ends = this.ends().map((end) => JSON.stringify(end));
    return new Error([what, ...this.lines.slice(-10), ...ends.slice(-1)].join(' | '));
  }
}

export function tidemark(scope, args, options) {
  return new Child(scope, process.execPath, [TIDEMARK, ...args], options);
}

/** `tidemark serve --json`, once it listens. */
export async function serve(scope, { port = 0, args = [], ...options } = {}) {
  const server = tidemark(scope, ['serve', '--port', String(port), '--json', ...args], options);
  const { url } = await server.event('listening');
  server.url = url;
  return server;
}

/** What a command prints, to its end, as text. */
export async function outputOf(scope, args) {
  const child = spawn(process.execPath, [TIDEMARK, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  scope.defer(() => child.kill('SIGKILL'));
  const chunks = [];
  child.stdout.on('data', (chunk) => chunks.push(chunk));
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`tidemark ${args.join(' ')}: exit code ${code}`);
  return Buffer.concat(chunks).toString();
}

/** A port that was free a moment ago, for servers that are to come back on the same one. */
export async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
}

export { sleep };
