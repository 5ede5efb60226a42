import { readFileSync } from 'node:fs';

/** Reads a file that an option names. @throws an Error with the system's code, which says which option and file */
export function readOptionFile(option: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw Object.assign(new Error(`${option} ${path} can't be read: ${message}`, { cause: error }), { code });
  }
}
