/** What a campaign has made: processes, folders, mounts, namespaces. All of it goes, in reverse order, in any case. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const open = new Set();

/** Synchronous, so that it can be done while this process exits. */
export function closeAll() {
  for (const scope of [...open].reverse()) scope.close();
}

export class Scope {
  #undo = [];

  constructor() {
    open.add(this);
  }

  /** `undo` must be synchronous; it is called once. @returns a function that calls it now */
  defer(undo) {
    this.#undo.push(undo);
    return () => {
      const index = this.#undo.lastIndexOf(undo);
      if (index < 0) return;
      this.#undo.splice(index, 1);
      undo();
    };
  }

  folder() {
    const path = mkdtempSync(join(tmpdir(), 'tidemark-faults-'));
    this.defer(() => rmSync(path, { recursive: true, force: true }));
    return path;
  }

  /** What can't be undone is told; the rest is undone all the same. */
  close() {
    for (const undo of this.#undo.splice(0).reverse()) {
      try {
        undo();
      } catch (error) {
        console.error(`left behind: ${error.message}`);
        process.exitCode = 1;
      }
    }
    open.delete(this);
  }
}

/** Runs a system command; its output, or an error that says what it said. */
export function command(name, ...args) {
  try {
    return execFileSync(name, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    throw new Error(`${name} ${args.join(' ')}: ${String(error.stderr ?? '').trim() || error.message}`);
  }
}

/** As `command`, again for a while if it fails: what was killed lets go of a mount a moment later. */
export function commandInTime(name, ...args) {
  for (let attempt = 1; ; attempt++) {
    try {
      return command(name, ...args);
    } catch (error) {
      if (attempt === 40) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
    }
  }
}
