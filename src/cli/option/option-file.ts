import { accessSync, constants, existsSync, openSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { systemFault } from '../../wording/system-fault.ts';

/** Reads a file of text that an option names, without a byte order mark. @throws an Error with the system's code, which says which option and file */
export function readOptionFile(option: string, path: string): string {
  return told(option, path, 'read', () => readFileSync(path, 'utf8').replace(/^\ufeff/, ''));
}

/** Reads a file that an option names, to the byte. @throws an Error with the system's code, which says which option and file */
export function readOptionBytes(option: string, path: string): Uint8Array {
  return told(option, path, 'read', () => readFileSync(path));
}

/** Opens a file that an option names, to append to it. @throws an Error with the system's code, which says which option and file */
export function appendToOptionFile(option: string, path: string): number {
  return told(option, path, 'opened', () => openSync(path, 'a'));
}

/** Writes a file that an option names. @throws an Error with the system's code, which says which option and file */
export function writeOptionFile(option: string, path: string, text: string): void {
  told(option, path, 'written', () => writeFileSync(path, text));
}

/**
 * Before hours of work: whether a file that an option names can be written, as far as that can be told without doing it.
 *
 * @throws an Error with the system's code, which says which option and file
 */
export function checkOptionFile(option: string, path: string): void {
  told(option, path, 'written', () => {
    accessSync(existsSync(path) ? path : dirname(path), constants.W_OK);
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory())
      throw Object.assign(new Error('it is a directory'), { code: 'EISDIR' });
  });
}

/** An error that begins with the path of a file that an option names, with that option in front. */
export function withOption(error: unknown, option: string, path: string | undefined): unknown {
  if (error instanceof Error && path !== undefined && error.message.startsWith(path))
    error.message = `${option} ${error.message}`;
  return error;
}

function told<T>(option: string, path: string, done: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw Object.assign(
      new Error(`${option} ${path} can't be ${done}: ${systemFault(error)}`, { cause: error }),
      {
        code,
      },
    );
  }
}
