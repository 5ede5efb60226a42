/** File systems of our own: a small tmpfs that can be full, and an ext4 image whose power can be cut. */
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { command } from '../kit/command.mjs';

/** How often, and with which pauses, it is tried to unmount what has just been let go of. */
const UNMOUNT = { attempts: 40, pauseMs: 50 };

/**
 * Mounts, and unmounts with the scope.
 *
 * @param {import('../kit/scope.mjs').Scope} scope
 * @param {string} path
 * @param {...string} options
 * @returns {() => void} unmounts now
 */
function mount(scope, path, ...options) {
  mkdirSync(path, { recursive: true });
  command('mount', ...options, path);
  return scope.defer(() => unmount(path));
}

/** A process that was killed lets go of its files a moment later. @param {string} path */
function unmount(path) {
  for (let attempt = 1; ; attempt++) {
    try {
      return command('umount', path);
    } catch (error) {
      if (attempt === UNMOUNT.attempts) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, UNMOUNT.pauseMs);
    }
  }
}

/** @param {import('../kit/scope.mjs').Scope} scope @param {string} size @returns {string} where it is */
export function mountTmpfs(scope, size) {
  const path = join(scope.folder(), 'tmpfs');
  mount(scope, path, '-t', 'tmpfs', '-o', `size=${size}`, 'tidemark-faults');
  return path;
}

/** An empty ext4 file system in a file, mounted on a loop device, which the kernel frees with the mount. */
export class Image {
  #folder;
  #image;

  /** @param {import('../kit/scope.mjs').Scope} scope @param {number} sizeMib */
  constructor(scope, sizeMib) {
    this.#folder = scope.folder();
    this.#image = join(this.#folder, 'disk.img');
    command('truncate', '-s', `${sizeMib}M`, this.#image);
    command('mkfs.ext4', '-q', '-F', this.#image);
    this.path = join(this.#folder, 'disk');
    this.unmount = mount(scope, this.path, '-o', 'loop', this.#image);
  }

  /**
   * What a power cut at this moment would leave: the blocks that have been given to the device. The copy is mounted as
   * after a reboot, with its journal replayed.
   *
   * @param {import('../kit/scope.mjs').Scope} scope
   */
  cutPower(scope) {
    const copy = join(this.#folder, 'copy.img');
    copyFileSync(this.#image, copy);
    const path = join(this.#folder, 'copy');
    return { path, unmount: mount(scope, path, '-o', 'loop', copy) };
  }
}

export const DISK_PACKAGES = ['e2fsprogs', 'mount'];
