import { accessSync, constants, existsSync, openSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { systemFault } from '../../wording/system-fault.ts';

/**
 * Reads the text file of an option, without a byte order mark. @throws an Error with the system's code that names
 * option and file
 */
export function readOptionFile(option: string, path: string): string {
  return told(option, path, 'read', () => readFileSync(path, 'utf8').replace(/^\ufeff/, ''));
}

/** Reads the file of an option, to the byte. @throws an Error with the system's code that names option and file */
export function readOptionBytes(option: string, path: string): Uint8Array {
  return told(option, path, 'read', () => readFileSync(path));
}

/** Opens the file of an option, to append to it. @throws an Error with the system's code that names option and file */
export function appendToOptionFile(option: string, path: string): number {
  return told(option, path, 'opened', () => openSync(path, 'a'));
}

/** Writes the file of an option. @throws an Error with the system's code that names option and file */
export function writeOptionFile(option: string, path: string, text: string): void {
  told(option, path, 'written', () => writeFileSync(path, text));
}

/**
 * Before hours of work, checks whether the file of an option can be written, as far as that shows without doing it.
 *
 * @throws an Error with the system's code that names option and file
 */
export function checkOptionFile(option: string, path: string): void {
  told(option, path, 'written', () => {
    accessSync(existsSync(path) ? path : dirname(path), constants.W_OK);
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory())
      throw Object.assign(new Error('it is a directory'), { code: 'EISDIR' });
  });
}

/** Puts the option before an error that begins with the path of its file. */
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
