/** A child process: reads its lines, waits for what it says, and ends it with its scope at the latest. */
import { spawn } from 'node:child_process';

/** Long enough for a machine that is busy with other things. */
export const WAIT_MS = 30_000;
/** How many of a process's last lines are kept, to be searched, and quoted when it fails. */
const KEPT_LINES = 200;

/**
 * @typedef {{ code: number | null, signal: NodeJS.Signals | null }} End
 *
 * @typedef {'stdout' | 'stderr'} Output
 *
 * @typedef {object} ChildOptions
 * @property {readonly string[]} [prefix] a command that runs it
 * @property {boolean} [detached] whether it leads a process group of its own, which then gets its signals; not by default
 * @property {import('node:child_process').StdioOptions} [stdio] by default what it says is read, and it has no input
 * @property {NodeJS.ProcessEnv} [env] besides this process's own
 * @property {string} [cwd]
 * @property {number} [uid]
 */

export class Child {
  /** The last lines of both outputs. @type {string[]} */
  lastLines = [];
  /** How it ended; undefined while it runs. @type {End | undefined} */
  ended;
  /** Resolves once it has ended and all its output has been read. @type {Promise<End>} */
  exited;
  /** @type {import('node:child_process').ChildProcess} */
  process;
  #group;
  #command;
  /** @type {Set<() => void>} */
  #watchers = new Set();

  /**
   * @param {import('./scope.mjs').Scope} scope kills it when closed
   * @param {string} command
   * @param {readonly string[]} args
   * @param {ChildOptions} [options]
   */
  constructor(scope, command, args, options = {}) {
    const { prefix = [], env, detached = false, ...others } = options;
    const [first = command, ...rest] = [...prefix, command, ...args];
    this.#group = detached;
    this.#command = [command, ...args].join(' ');
    this.process = spawn(first, rest, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NO_COLOR: '1', ...env },
      detached,
      ...others,
    });
    this.exited = new Promise((resolve) => {
      this.process.on('error', (error) => {
        this.hear(error.message, 'stderr');
        if (this.process.pid === undefined) resolve(this.#end({ code: null, signal: null }));
      });
      this.process.once('close', (code, signal) => resolve(this.#end({ code, signal })));
    });
    // Its output may be held open by a process that it started and that has left its group: that is not waited for.
    const gone = Promise.race([this.exited, new Promise((resolve) => this.process.once('exit', resolve))]);
    scope.defer(() => {
      this.kill('SIGKILL');
      return gone;
    });
    this.#collect('stdout');
    this.#collect('stderr');
  }

  /** @returns {number} -1 if it could not be started */
  get pid() {
    return this.process.pid ?? -1;
  }

  get running() {
    return this.ended === undefined;
  }

  /** Sends a signal to it, or to its whole group if it leads one. @param {NodeJS.Signals} signal */
  kill(signal) {
    if (!this.running || this.process.pid === undefined) return;
    if (!this.#group) {
      this.process.kill(signal);
      return;
    }
    try {
      process.kill(-this.pid, signal);
    } catch (error) {
      // The whole group has ended, and what it said is still being read.
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ESRCH') throw error;
    }
  }

  /** Kills it. Resolves once it has ended and all its output has been read. */
  killNow() {
    this.kill('SIGKILL');
    return this.exited;
  }

  /**
   * Waits until `find` finds something. It is called again whenever the process has said something.
   *
   * @template T
   * @param {string} what
   * @param {(child: this) => T | undefined | false} find
   * @param {number} [timeoutMs]
   * @returns {Promise<T>} rejects if the process ends first or takes too long
   */
  until(what, find, timeoutMs = WAIT_MS) {
    let look = () => {};
    /** @type {Promise<T>} */
    const found = new Promise((resolve, reject) => {
      look = () => {
        try {
          const value = find(this);
          if (value !== undefined && value !== false) resolve(value);
        } catch (error) {
          reject(error);
        }
      };
    });
    this.#watchers.add(look);
    look();
    return this.within(what, found, timeoutMs).finally(() => this.#watchers.delete(look));
  }

  /**
   * Waits for a promise.
   *
   * @template T
   * @param {string} what
   * @param {Promise<T>} promise
   * @param {number} [timeoutMs]
   * @returns {Promise<T>} rejects if the process ends first or takes too long
   */
  async within(what, promise, timeoutMs = WAIT_MS) {
    /** @type {NodeJS.Timeout | undefined} */
    let timer;
    /** @type {Promise<never>} */
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(this.#failure(`no ${what} in ${timeoutMs / 1000} s`)), timeoutMs);
    });
    const gone = this.exited.then(({ code, signal }) => {
      throw this.#failure(`ended (${signal ?? `exit code ${code}`}) while waiting for ${what}`);
    });
    try {
      return await Promise.race([promise, late, gone]);
    } finally {
      clearTimeout(timer);
    }
  }

  /**
   * Waits for a line, recent or yet to come, in which `pick` finds something.
   *
   * @template T
   * @param {string} what
   * @param {(line: string) => T | undefined} pick
   * @param {number} [timeoutMs]
   * @returns {Promise<T>}
   */
  lineWith(what, pick, timeoutMs = WAIT_MS) {
    const first = () => {
      for (const line of this.lastLines) {
        const found = pick(line);
        if (found !== undefined) return found;
      }
      return undefined;
    };
    return this.until(what, first, timeoutMs);
  }

  /** Waits for its end. @param {number} [timeoutMs] */
  end(timeoutMs = WAIT_MS) {
    return this.until('end', () => this.ended, timeoutMs);
  }

  /** Called with each line that it says. @param {string} line @param {Output} _output */
  hear(line, _output) {
    this.lastLines.push(line);
    if (this.lastLines.length > KEPT_LINES) this.lastLines.shift();
  }

  /** @param {Output} output */
  #collect(output) {
    const stream = this.process[output];
    if (stream === null) return;
    let rest = '';
    stream.setEncoding('utf8');
    stream.on('error', () => {});
    stream.on('data', (text) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) this.hear(line, output);
      if (lines.length > 0) this.#changed();
    });
    stream.on('end', () => {
      if (rest !== '') this.hear(rest, output);
    });
  }

  /** @param {End} end */
  #end(end) {
    this.ended = end;
    this.#changed();
    return end;
  }

  #changed() {
    for (const watcher of this.#watchers) watcher();
  }

  /** @param {string} what */
  #failure(what) {
    return new Error([`${this.#command}: ${what}`, ...this.lastLines.slice(-10)].join(' | '));
  }
}
