import type { Command } from 'commander';
import { nearest } from '../option/nearest.ts';
import { OlderSpelling } from '../option/older-spelling.ts';
import { optionsWithVariable, variablesOf } from './settable.ts';

const PREFIX = 'TIDEMARK_';
/** Told one by one; a longer list would hide what the command says. */
const MOST_TOLD = 5;

/** What Kubernetes and Docker make of a service whose name begins with `tidemark`. */
const OF_SERVICE = /_SERVICE_(HOST|PORT(_\w+)?)$|_PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?$/;
const ADDRESS_OF_SERVICE = /^(tcp|udp|sctp):\/\//;

/**
 * Says of each variable that looks like one of ours and sets nothing, a sentence each: most likely it is mistyped. It is no error, as a
 * mistyped key of a config file is, since others give variables their names.
 */
export function unknownVariables(
  command: Command,
  variables: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  const commands = command.parent?.commands ?? [command];
  const known = commands.flatMap((each) =>
    optionsWithVariable(each).flatMap((option) => variablesOf(each, option)),
  );
  const unknown = Object.entries(variables).flatMap(([name, value]) => {
    const isOurs = name.startsWith(PREFIX) && value !== undefined && value !== '' && !known.includes(name);
    return isOurs && !OF_SERVICE.test(name) && !ADDRESS_OF_SERVICE.test(value) ? [name] : [];
  });
  const sentences = unknown.slice(0, MOST_TOLD).map((name) => {
    const near = newerName(name, commands) ?? nearest(name.slice(PREFIX.length), known.map(withoutPrefix));
    return `the environment variable ${name} sets no option${near === undefined ? '' : ` (Did you mean ${PREFIX}${near}?)`}`;
  });
  const more = unknown.length - MOST_TOLD;
  return more > 0
    ? [...sentences, `and so do ${more} more environment variables that begin with ${PREFIX}`]
    : sentences;
}

/** Of a variable by the older name of an option. */
function newerName(name: string, commands: readonly Command[]): string | undefined {
  for (const command of commands)
    for (const option of command.options) {
      const newer = option instanceof OlderSpelling ? option.newer : undefined;
      const found = command.options.find(({ long }) => long === newer);
      const place = variablesOf(command, option).indexOf(name);
      if (newer !== undefined && found !== undefined && place >= 0)
        return withoutPrefix(variablesOf(command, found)[place] as string);
    }
  return undefined;
}

function withoutPrefix(name: string): string {
  return name.slice(PREFIX.length);
}
