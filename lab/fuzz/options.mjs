import { parseArgs } from 'node:util';

export const USAGE = `Usage: npm run fuzz -- [TARGET|all] [options]

  --seconds S      so long each (default: 10)
  --inputs N       so many inputs each, however long they take
  --seed K         the inputs of an earlier run (default: a new one, which is printed)
  --replay INPUT   one input, as a finding prints it; needs a TARGET
  --help           this text`;

/**
 * What the command line asks for; `seconds` and `inputs` are undefined where nothing bounds them.
 *
 * @throws Error that says what was expected, and what came
 */
export function parseOptions(args, targetNames) {
  const { positionals, values } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      inputs: { type: 'string' },
      seconds: { type: 'string' },
      seed: { type: 'string' },
      replay: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const { help, replay } = values;
  const [asked = 'all', ...more] = positionals;
  if (more.length > 0) throw new Error(`one target or all, got ${JSON.stringify(positionals.join(' '))}`);
  if (asked !== 'all' && !targetNames.includes(asked))
    throw new Error(`no target ${JSON.stringify(asked)}: the targets are ${targetNames.join(', ')}, all`);
  if (replay !== undefined && asked === 'all') throw new Error('--replay needs the name of one target');
  const inputs = wholeNumber('inputs', values.inputs);
  const seconds = wholeNumber('seconds', values.seconds);
  return {
    help,
    replay,
    names: asked === 'all' ? targetNames : [asked],
    inputs,
    seconds: seconds ?? (inputs === undefined ? 10 : undefined),
    seed: wholeNumber('seed', values.seed, 0),
  };
}

function wholeNumber(name, text, least = 1) {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < least)
    throw new Error(`--${name} must be a whole number from ${least}, got ${JSON.stringify(text)}`);
  return value;
}
