import { createColors } from 'picocolors';
import { isSetElsewhere } from './set-elsewhere.ts';

/**
 * Colours for text for people: only on a terminal, and not if NO_COLOR is set. (On its own the library colours
 * pipes, too, where it takes the environment for a CI.) With `--json` that text goes to stderr.
 */
const stream = process.argv.includes('--json') || isSetElsewhere('--json') ? process.stderr : process.stdout;

export const colours: ReturnType<typeof createColors> = createColors(
  stream.isTTY === true && !process.env['NO_COLOR'],
);
