/** Child processes of the benchmark: started, asked, looked at, and ended by their own handles in any case. */
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
export const TIDEMARK = here('../../dist/cli/tidemark.js');

const START_TIMEOUT_MS = 20_000;
const ANSWER_TIMEOUT_MS = 60_000;
const END_TIMEOUT_MS = 3000;
/** How much of what a process says on stderr is kept, to tell it when the process fails. */
const COMPLAINT_CHARACTERS = 2000;
// The kernel counts a process's time in ticks, 100 a second on every Linux that Node runs on.
const TICK_MS = 10;
const PYTHON_PACKAGES = ['python3', 'python3-websockets', 'python3-fake-factory'];
const CLIENT_FILES = 65_536;

const running = new Set();
let folder;

/** Kills what still runs. Synchronous, so that it can be done while this process exits. */
export function endAll() {
  for (const child of running) child.kill('SIGKILL');
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  folder = undefined;
}

/** A folder for the output of processes; it goes when this process does. */
function scratchFile(name) {
  folder ??= mkdtempSync(join(tmpdir(), 'tidemark-bench-'));
  return join(folder, `${name}-${process.hrtime.bigint()}`);
}

class Child {
  #process;
  #complaint = '';
  #said = '';
  #listeners = new Set();
  ended;

  constructor(command, args, stdio, options = {}) {
    this.#process = spawn(command, args, { stdio, ...options });
    running.add(this.#process);
    const { stdout, stderr } = this.#process;
    stderr?.setEncoding('utf8').on('data', (text) => {
      this.#complaint = (this.#complaint + text).slice(-COMPLAINT_CHARACTERS);
    });
    stdout?.setEncoding('utf8').on('data', (text) => {
      this.#said += text;
      const lines = this.#said.split('\n');
      this.#said = lines.pop() ?? '';
      for (const line of lines) for (const listener of this.#listeners) listener(line);
    });
    this.ended = new Promise((resolve) => {
      this.#process.once('error', (error) => {
        this.#complaint += error.message;
        running.delete(this.#process);
        resolve({ code: null, signal: null });
      });
      this.#process.once('close', (code, signal) => {
        running.delete(this.#process);
        resolve({ code, signal });
      });
    });
  }

  get pid() {
    return this.#process.pid;
  }

  get complaint() {
    return this.#complaint.trim();
  }

  onLine(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The first of what `pick` finds in a line of stdout. */
  async line(pick, timeoutMs = START_TIMEOUT_MS) {
    let remove = () => {};
    const found = new Promise((resolve) => {
      remove = this.onLine((line) => {
        const value = pick(line);
        if (value !== undefined && value !== null) resolve(value);
      });
    });
    return this.#orFailure(found, timeoutMs).finally(remove);
  }

  /** Sends a message over IPC and gives the answer, which is `{ answer }` or `{ error }`. */
  async ask(question, timeoutMs = ANSWER_TIMEOUT_MS) {
    const process = this.#process;
    let listen = () => {};
    const answered = new Promise((resolve, reject) => {
      listen = (message) => ('error' in message ? reject(new Error(message.error)) : resolve(message.answer));
      process.once('message', listen);
    });
    process.send(question, () => {}); // a process that is gone is told by its end
    return this.#orFailure(answered, timeoutMs).finally(() => process.off('message', listen));
  }

  async message(timeoutMs = START_TIMEOUT_MS) {
    const told = new Promise((resolve) => this.#process.once('message', resolve));
    return this.#orFailure(told, timeoutMs);
  }

  kill(signal) {
    this.#process.kill(signal);
  }

  /** Asks it to end, makes it end if it does not, and waits for that. */
  async end() {
    if (!running.has(this.#process)) return;
    this.kill('SIGTERM');
    const given = new AbortController();
    const late = sleep(END_TIMEOUT_MS, 'late', { signal: given.signal }).catch(() => 'ended');
    if ((await Promise.race([this.ended, late])) === 'late') this.kill('SIGKILL');
    given.abort();
    await this.ended;
  }

  async #orFailure(promise, timeoutMs) {
    const given = new AbortController();
    const late = sleep(timeoutMs, undefined, { signal: given.signal }).then(
      () => Promise.reject(new Error(`no answer within ${timeoutMs / 1000} s`)),
      () => new Promise(() => {}),
    );
    const gone = this.ended.then(({ code, signal }) =>
      Promise.reject(
        new Error(`a process ended early (${signal ?? `exit code ${code}`}): ${this.complaint}`),
      ),
    );
    try {
      return await Promise.race([promise, late, gone]);
    } finally {
      given.abort();
    }
  }
}

/** A Node program of this folder that is asked over IPC and says when it is ready. */
export async function startProgram(path, { nodeArguments = [], files } = {}) {
  const args = [...nodeArguments, here(path)];
  const [command, all] = files === undefined ? [process.execPath, args] : withFiles(process.execPath, args);
  const child = new Child(command, all, ['ignore', 'ignore', 'pipe', 'ipc']);
  return { child, ...(await child.message()) };
}

/** A Node peer server of this folder, with its port. */
export async function startPeer(path, options) {
  const { child, port } = await startProgram(path, options);
  return { child, port, url: `ws://127.0.0.1:${port}` };
}

/** A Python peer server of this folder; what it needs of Debian is installed first. */
export async function startPython(path) {
  const script = fileURLToPath(new URL('../../scripts/system-packages.sh', import.meta.url));
  const { status, stderr } = spawnSync('bash', [script, ...PYTHON_PACKAGES], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr.trim().replaceAll('\n', '; '));
  const child = new Child('/usr/bin/python3', ['-u', here(path)], ['ignore', 'pipe', 'pipe']);
  const port = Number(await child.line((line) => /^port (\d+)$/.exec(line)?.[1]));
  return { child, port, url: `ws://127.0.0.1:${port}` };
}

/** `tidemark serve` as people run it: it prints as to a terminal, which is bounded in lines a second. */
export async function startTidemark({ args = [], nodeArguments = [] } = {}) {
  const [command, all] = withFiles(process.execPath, [
    ...nodeArguments,
    TIDEMARK,
    'serve',
    '--port',
    '0',
    ...args,
  ]);
  const child = new Child(command, all, ['ignore', 'pipe', 'pipe']);
  const url = await child.line((line) => /ws:\/\/[\d.]+:\d+/.exec(line)?.[0]);
  return { child, url, port: Number(new URL(url).port) };
}

/** `tidemark connect --json`. Its events go to `onEvent`, or to a file and are read when it has ended. */
export function startConnect(url, args, { onEvent } = {}) {
  const all = [TIDEMARK, 'connect', url, '--json', ...args];
  const [command, limited] = withFiles(process.execPath, all);
  if (onEvent !== undefined) {
    const child = new Child(command, limited, ['ignore', 'pipe', 'ignore']);
    child.onLine((line) => onEvent(JSON.parse(line)));
    return { child };
  }
  const path = scratchFile('connect');
  const file = openSync(path, 'w');
  const child = new Child(command, limited, ['ignore', file, 'ignore']);
  closeSync(file);
  const ends = async () => {
    await child.ended;
    const text = readFileSync(path, 'utf8');
    rmSync(path);
    return text
      .split('\n')
      .filter((line) => line.startsWith('{"event":"end"'))
      .map((line) => JSON.parse(line));
  };
  return { child, ends };
}

/** Any command, to its end: how long it took, or until it printed a line that `until` takes. */
export async function timeCommand(command, args, until) {
  const startMs = performance.now();
  const child = new Child(command, args, ['ignore', until === undefined ? 'ignore' : 'pipe', 'ignore']);
  try {
    if (until === undefined) await child.ended;
    else await child.line((line) => until(line) || undefined);
    return performance.now() - startMs;
  } finally {
    await child.end();
  }
}

/** What a command prints. */
export async function outputOf(command, args) {
  const child = new Child(command, args, ['ignore', 'pipe', 'pipe']);
  let text = '';
  child.onLine((line) => {
    text += `${line}\n`;
  });
  const { code } = await child.ended;
  if (code !== 0) throw new Error(`${command} ${args.join(' ')}: exit code ${code}: ${child.complaint}`);
  return text;
}

/** Every run of a tidemark client has to be proved: another end is no figure. */
export function requireProved(ends, expected) {
  if (ends.length !== expected) throw new Error(`${ends.length} of ${expected} clients came to an end`);
  const other = ends.find(({ verdict }) => verdict !== 'proved');
  if (other !== undefined)
    throw new Error(`a client is ${other.verdict}, not proved: ${JSON.stringify(other)}`);
}

/** Runs `use` with what was started, and ends it whatever happens. */
export async function withChildren(use) {
  const children = [];
  const keep = (started) => {
    children.push(started.child);
    return started;
  };
  try {
    return await use(keep);
  } finally {
    await Promise.all(children.map((child) => child.end()));
  }
}

export function residentBytes(pid) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}

/** Processor time of all threads, in user code and in the kernel. */
export function cpuMs(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name, in parentheses, may hold spaces; utime and stime are the 12th and 13th field after it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

/** The resident size once it has stayed within 1 % for three seconds, or after `timeoutMs` as it is then. */
export async function settledBytes(pid, timeoutMs = 20_000) {
  const endMs = performance.now() + timeoutMs;
  let seen = [];
  while (performance.now() < endMs) {
    seen = [...seen, residentBytes(pid)].slice(-7);
    if (seen.length === 7 && Math.max(...seen) <= Math.min(...seen) * 1.01) break;
    await sleep(500);
  }
  return seen.at(-1);
}

/** Ten thousand sockets are more open files than a shell allows by default. */
function withFiles(command, args) {
  const raise = `ulimit -n ${CLIENT_FILES} 2>/dev/null || ulimit -n "$(ulimit -H -n)"; exec "$0" "$@"`;
  return ['bash', ['-c', raise, command, ...args]];
}
