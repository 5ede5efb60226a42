import type { EventEmitter } from 'node:events';
import { type Command, Option } from 'commander';
import { complain } from '../output/complaint.ts';

/** An older name of an option. A mistyped option close to it means the newer one. */
export class OlderSpelling extends Option {
  readonly newer: string;

  constructor(flags: string, newer: string) {
    super(flags, `the older name of ${newer}`);
    this.newer = newer;
    this.hideHelp();
  }
}

/** Accepts an option by an older name, which help does not show, and warns. Both take the same argument. */
export function addOlderSpelling(command: Command, older: string, newer: string): Command {
  const option = command.options.find(({ long }) => long === newer);
  if (option === undefined) throw new Error(`there is no option ${newer}`);
  const argument = /<.*>/.exec(option.flags)?.[0] ?? '';
  command.addOption(new OlderSpelling(`${older} ${argument}`.trim(), newer));
  return command.on(`option:${older.slice(2)}`, (value: string | null) => {
    complain(`${older} is called ${newer} now`);
    const emitter: EventEmitter = command as Command & EventEmitter; // missing from its types
    emitter.emit(`option:${option.name()}`, value);
  });
}
