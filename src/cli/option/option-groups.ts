import type { Command } from 'commander';

/** Shows options of a command under headings of their own, in its help and in docs/cli.md. */
export function groupOptions(command: Command, groups: Readonly<Record<string, readonly string[]>>): void {
  for (const [heading, flags] of Object.entries(groups)) {
    for (const flag of flags) {
      const option = command.options.find(({ long }) => long === flag);
      if (option === undefined) throw new Error(`there is no option ${flag}`);
      option.helpGroup(`${heading}:`);
    }
  }
}
