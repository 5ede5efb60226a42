import { parseArgs } from 'node:util';

export const USAGE = `Usage: npm run controls -- [options]

  --only TEXT   only bugs whose name holds this
  --sample N    so many of them, by chance
  --list        the bugs, and the test that has to find each
  --json        one JSON document on stdout
  --help        this text`;

/**
 * What the command line asks for.
 *
 * @throws Error that says what was expected, and what came
 */
export function parseOptions(args) {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: 'string' },
      sample: { type: 'string' },
      list: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const { sample } = values;
  if (sample !== undefined && !/^[1-9]\d{0,5}$/.test(sample))
    throw new Error(`--sample must be a whole number from 1, got ${JSON.stringify(sample)}`);
  return { ...values, sample: sample === undefined ? undefined : Number(sample) };
}

/** The bugs that are asked for; a sample is drawn with `random`. */
export function chosen(bugs, { only, sample }, random = Math.random) {
  const named = only === undefined ? bugs : bugs.filter(({ name }) => name.includes(only));
  if (named.length === 0)
    throw new Error(`--only: no planted bug has ${JSON.stringify(only)} in its name; --list names all`);
  if (sample === undefined) return named;
  return named
    .map((bug) => ({ bug, at: random() }))
    .sort((a, b) => a.at - b.at)
    .slice(0, sample)
    .map(({ bug }) => bug);
}
