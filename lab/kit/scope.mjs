/** What a tool has made: processes, folders, mounts, namespaces. All of it goes, in reverse order, however the tool ends. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** @type {Set<Scope>} */
const open = new Set();
let watching = false;

function closeAll() {
  for (const scope of [...open].reverse()) void scope.close();
}

/**
 * Undoes its part at once, synchronously, so that it can be done while this process exits. May return a promise of when
 * the effect is there, as when a killed process is gone.
 *
 * @typedef {() => unknown} Undo
 */

export class Scope {
  /** @type {Undo[]} */
  #undo = [];

  constructor() {
    open.add(this);
    if (!watching) process.on('exit', closeAll);
    watching = true;
  }

  /**
   * Has `undo` called once, when the scope is closed or before.
   *
   * @param {Undo} undo
   * @returns {() => void} calls it now
   */
  defer(undo) {
    this.#undo.push(undo);
    return () => {
      const index = this.#undo.lastIndexOf(undo);
      if (index < 0) return;
      this.#undo.splice(index, 1);
      undo();
    };
  }

  /** Makes a temporary folder, which goes with the scope. */
  folder() {
    const path = mkdtempSync(join(tmpdir(), 'tidemark-lab-'));
    this.defer(() => rmSync(path, { recursive: true, force: true }));
    return path;
  }

  /** Undoes all of it; what can't be undone is told, and the rest undone all the same. Resolves when that has taken effect. */
  async close() {
    open.delete(this);
    const effects = this.#undo
      .splice(0)
      .reverse()
      .map((undo) => {
        try {
          return undo();
        } catch (error) {
          console.error(`left behind: ${error instanceof Error ? error.message : error}`);
          process.exitCode = 1;
          return undefined;
        }
      });
    await Promise.all(effects);
  }
}

/**
 * Runs `use` with a scope, and closes that in any case.
 *
 * @template T
 * @param {(scope: Scope) => Promise<T>} use
 * @returns {Promise<T>}
 */
export async function withScope(use) {
  const scope = new Scope();
  try {
    return await use(scope);
  } finally {
    await scope.close();
  }
}
