import { basename, relative } from 'node:path';

/** How this program was started. */
interface Start {
  readonly program: string | undefined;
  readonly folder: string;
  /** The npm command that started it, if one did. */
  readonly npmCommand: string | undefined;
}

const thisStart = (): Start => ({
  program: process.argv[1],
  folder: process.cwd(),
  npmCommand: process.env['npm_command'],
});

/** What a user types to run this program again from the same place: `tidemark`, or `node dist/cli/tidemark.js`. */
export function ownName({ program, folder, npmCommand }: Start = thisStart()): string {
  if (program === undefined || !program.endsWith('.js'))
    return npmCommand === 'exec' ? 'npx tidemark' : basename(program ?? 'tidemark');
  const path = relative(folder, program);
  return `node ${quoted(path.startsWith('..') ? program : path)}`;
}

/** A word, quoted for a shell if need be. */
export function quoted(word: string): string {
  return /^[\w./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
