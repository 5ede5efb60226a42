import { Argument, Command } from 'commander';
import { helpEnd } from '../option/help-end.ts';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** @param run what happens; it gets the program whose commands are to be completed */
export function completionCommand(run: (shell: Shell, program: Command) => Promise<void>): Command {
  return new Command('completion')
    .description('print a script by which a shell completes commands, options and their values')
    .addArgument(new Argument('<shell>', 'the shell that is to complete').choices(SHELLS))
    .addHelpText(
      'after',
      `
Load it wherever your shell begins: in ~/.bashrc, or in ~/.zshrc after compinit.
What it completes is as of the version that printed it.
${helpEnd(
  [
    'source <(tidemark completion bash)',
    'source <(tidemark completion zsh)',
    'tidemark completion fish > ~/.config/fish/completions/tidemark.fish',
  ],
  { 0: 'printed', 1: 'usage' },
)}`,
    )
    .action((shell: Shell, _: object, command: Command) => run(shell, command.parent ?? command));
}
