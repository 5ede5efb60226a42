/** Undoes what a tool has made (processes, folders, mounts, namespaces) in reverse order, however the tool ends. */
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
 * Runs synchronously, because it may be called while this process exits. It may return a promise that resolves once it has
 * taken effect, as when a killed process is gone.
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
   * Registers `undo`, which is called once: when the scope closes, or earlier.
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

  /** Makes a temporary folder, removed with the scope. */
  folder() {
    const path = mkdtempSync(join(tmpdir(), 'tidemark-lab-'));
    this.defer(() => rmSync(path, { recursive: true, force: true, maxRetries: 5 }));
    return path;
  }

  /** Undoes everything; reports what fails and carries on with the rest. Resolves once all of it has taken effect. */
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
 * Runs `use` with a scope, and closes the scope in any case.
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
