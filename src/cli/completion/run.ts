import type { Command } from 'commander';
import { STREAM_KINDS } from '../../stream/kinds/stream-kinds.ts';
import { Output } from '../output/output.ts';
import { bashScript } from './bash-script.ts';
import { type Completed, completedProgram } from './completed-program.ts';
import { fishScript } from './fish-script.ts';
import type { Shell } from './options.ts';
import { zshScript } from './zsh-script.ts';

const SCRIPTS: Readonly<Record<Shell, (program: Completed) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

/** Runs `tidemark completion`. */
export async function runCompletion(shell: Shell, program: Command): Promise<void> {
  const output = new Output({ json: false });
  output.document(completionScript(shell, program));
  await output.flush();
}

export function completionScript(shell: Shell, program: Command): string {
  return SCRIPTS[shell](completedProgram(program, STREAM_KINDS));
}
