/** File systems of our own: a small tmpfs that can be full, and an ext4 image whose power can be cut. */
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { command, commandInTime } from './scope.mjs';

/** Mounts, and unmounts with the scope. @returns unmounts now */
function mount(scope, path, ...options) {
  mkdirSync(path, { recursive: true });
  command('mount', ...options, path);
  return scope.defer(() => commandInTime('umount', path));
}

export function mountTmpfs(scope, size) {
  const path = join(scope.folder(), 'tmpfs');
  mount(scope, path, '-t', 'tmpfs', '-o', `size=${size}`, 'tidemark-faults');
  return path;
}

/** An empty ext4 file system in a file, mounted on a loop device, which the kernel frees with the mount. */
export class Image {
  #folder;
  #image;

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
   */
  cutPower(scope) {
    const copy = join(this.#folder, 'copy.img');
    copyFileSync(this.#image, copy);
    const path = join(this.#folder, 'copy');
    return { path, unmount: mount(scope, path, '-o', 'loop', copy) };
  }
}

export const DISK_PACKAGES = ['e2fsprogs', 'mount'];
