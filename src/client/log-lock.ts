import { randomBytes } from 'node:crypto';
import {
  linkSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import * as v from 'valibot';
import { check, type Schema } from '../session/schema.ts';
import { systemFault } from '../wording/system-fault.ts';
import { LogError } from './run/log-error.ts';

/**
 * One process at a time writes a log: it holds a file beside it, `run.ndjson.lock`, that says who it is.
 *
 * Node has no advisory locks, so an owner that was killed leaves its file behind; whoever finds that the owner is gone
 * takes the lock over. For this to have one winner, a lock is never removed to be made anew: a process first takes the
 * lock on *that lock*, a file named after the token of the dead owner, by the same rule; sees that the dead owner's file
 * is still there; and puts its own in its place, in one step. Nobody else may touch a dead owner's file, and a late
 * comer that still holds an old token finds that it is no longer there (docs/adr/0036).
 */
export class LogLock {
  readonly #path: string;
  readonly #token: string;

  private constructor(path: string, token: string) {
    this.#path = path;
    this.#token = token;
  }

  /** Locks an existing log, by whatever path it is named. @throws LogError that says who has it */
  static take(log: string): LogLock {
    const file = realpathSync(log);
    if (statSync(file).nlink > 1)
      throw new LogError(
        `${log} is one file with another by a hard link, under whose name a second run would not be seen: go on with a copy of it`,
      );
    const path = `${file}.lock`;
    const owner = thisProcess();
    const mine = `${path}.${owner.token}`;
    try {
      writeFileSync(mine, `${JSON.stringify(owner)}\n`, { flag: 'wx', mode: OWNER_ONLY });
      take(path, mine);
    } catch (error) {
      if (error instanceof HeldError) throw new LogError(heldText(log, path, error.owner));
      if (error instanceof LogError) throw error;
      throw new LogError(`${log} can't be locked: ${systemFault(error)}`, { cause: error });
    } finally {
      rmSync(mine, { force: true });
    }
    return new LogLock(path, owner.token);
  }

  /** Lets another process write the log. */
  release(): void {
    try {
      if (ownerOf(this.#path)?.token === this.#token) rmSync(this.#path, { force: true });
    } catch {
      // The file stays, and is taken over once this process is gone.
    }
  }
}

const OWNER_ONLY = 0o600;

/** Who holds a lock. What is known only on Linux is null elsewhere. */
interface LockOwner {
  readonly pid: number;
  /** When the process was started, in clock ticks since boot; processes that reuse a pid differ in it. */
  readonly started: string | null;
  /** The machine's boot id. */
  readonly boot: string | null;
  /** The namespace in which the pid is valid: containers have their own. */
  readonly namespace: string | null;
  readonly host: string;
  readonly since: string;
  /** Unique to this lock. */
  readonly token: string;
}

const lockOwner: Schema<LockOwner> = v.object({
  pid: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  started: v.nullable(v.string()),
  boot: v.nullable(v.string()),
  namespace: v.nullable(v.string()),
  host: v.string(),
  since: v.string(),
  token: v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/)),
});

class HeldError extends Error {
  readonly owner: LockOwner;

  constructor(owner: LockOwner) {
    super('held');
    this.owner = owner;
  }
}

/** Makes `path` a name of the file `mine`, unless a live process has it. @throws HeldError */
function take(path: string, mine: string): void {
  for (;;) {
    if (linked(mine, path)) return;
    const holder = ownerOf(path);
    if (holder === undefined) continue; // it was released just now
    if (!isGone(holder)) throw new HeldError(holder);
    const claim = `${path}.after-${holder.token}`;
    take(claim, mine);
    if (ownerOf(path)?.token === holder.token) return renameSync(claim, path);
    rmSync(claim, { force: true });
  }
}

function linked(file: string, path: string): boolean {
  try {
    linkSync(file, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Who holds a lock; undefined if it is not there. @throws LogError if it is no lock */
function ownerOf(path: string): LockOwner | undefined {
  const text = readIfThere(path);
  if (text === undefined) return undefined;
  if (/^\0*$/.test(text)) return POWER_CUT;
  const checked = check(lockOwner, jsonOf(text));
  if ('fault' in checked)
    throw new LogError(`${path} is where the log's lock goes, and holds something else: move it away`);
  return checked.value;
}

/** A lock exists in full or not at all, unless the power was cut before its bytes were on the disk. */
const POWER_CUT: LockOwner = {
  ...{ pid: 1, started: null, boot: 'an earlier one', namespace: null, host: hostname(), since: '' },
  token: '0'.repeat(16),
};

/** Whether the process that holds a lock is certainly gone. */
function isGone(owner: LockOwner): boolean {
  const here = thisProcess();
  const sameBoot = owner.boot === here.boot;
  if (owner.host !== here.host && !(sameBoot && owner.boot !== null)) return false; // another machine, it seems
  if (!sameBoot) return true;
  if (owner.namespace !== here.namespace) return owner.host === here.host; // a container that was restarted
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return true;
  }
  const state = processState(owner.pid);
  return state !== undefined && (state.dead || state.started !== owner.started);
}

function heldText(log: string, path: string, owner: LockOwner): string {
  const { pid, host, since, namespace } = owner;
  const here = thisProcess();
  if (pid === process.pid && namespace === here.namespace && host === here.host)
    return `${log} is being written by another run of this process, ${pid}, since ${since}: name another log`;
  if (namespace === here.namespace && host === here.host)
    return `${log} is being written by process ${pid}, since ${since}: end that run first, or name another log`;
  const where = `process ${pid} on ${JSON.stringify(host)}`;
  return `${log} is being written by ${where}, since ${since}: if it has ended, which can't be seen from here, remove ${path}`;
}

function thisProcess(): LockOwner {
  here ??= {
    pid: process.pid,
    started: processState(process.pid)?.started ?? null,
    boot: readIfThere('/proc/sys/kernel/random/boot_id')?.trim() ?? null,
    namespace: pidNamespace(),
    host: hostname(),
  };
  return { ...here, since: new Date().toISOString(), token: randomBytes(8).toString('hex') };
}

let here: Omit<LockOwner, 'since' | 'token'> | undefined;

/** What Linux says of a process; undefined if it says nothing. */
function processState(pid: number): { readonly dead: boolean; readonly started: string } | undefined {
  const stat = readIfThere(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  // The program's name is in brackets, and may contain brackets itself.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state = '', started = ''] = [fields[0], fields[STARTED_FIELD]];
  return { dead: DEAD_STATES.has(state), started };
}

/** Counted after the program's name: `starttime`, field 22 of proc(5). */
const STARTED_FIELD = 19;
/** Killed, but not yet reaped by its parent. */
const DEAD_STATES: ReadonlySet<string> = new Set(['Z', 'X', 'x']);

function pidNamespace(): string | null {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return null;
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
