import type { createColors } from 'picocolors';

/** Colours, or none: what is laid out is given them, so that it looks at no terminal. */
export type Paint = ReturnType<typeof createColors>;
