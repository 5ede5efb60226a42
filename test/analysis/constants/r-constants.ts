import { readFileSync } from 'node:fs';

/** The constants that make-constants.R printed. */
export const R = JSON.parse(readFileSync(new URL('r-constants.json', import.meta.url), 'utf8'));
