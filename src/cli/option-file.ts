import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** Reads a file that an option names. @throws an Error with the system's code, which says which option and file */
export function readOptionFile(option: string, path: string): string {
  return told(`${option} ${path} can't be read`, () => readFileSync(path, 'utf8'));
}

/**
 * Before hours of work: whether a file that an option names can be written, as far as that can be told without doing it.
 *
 * @throws an Error with the system's code, which says which option and file
 */
export function checkOptionFile(option: string, path: string): void {
  told(`${option} ${path} can't be written`, () => {
    accessSync(existsSync(path) ? path : dirname(path), constants.W_OK);
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory())
      throw Object.assign(new Error('it is a directory'), { code: 'EISDIR' });
  });
}

function told<T>(what: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw Object.assign(new Error(`${what}: ${message}`, { cause: error }), { code });
  }
}
