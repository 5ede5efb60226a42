import type { Command } from 'commander';
import { printable } from '../wording/printable.ts';
import { redacted } from '../wording/secrets.ts';

/** Tells on stderr what went wrong. Whatever a command complains of goes through here. */
export function complain(text: string): void {
  process.stderr.write(complaint(text));
}

/** With the one prefix, safe to print, and without a secret that was typed or sent. */
export function complaint(text: string): string {
  const lines = redacted(text).split('\n').map(printable);
  return `tidemark: ${lines.join('\n')}\n`;
}

/** What a user can mend is told in a sentence; anything else is a defect, and shows where it is. */
export function complainOf(error: unknown): void {
  if (!(error instanceof Error)) return complain(String(error));
  complain('code' in error ? error.message : (error.stack ?? error.message));
}

/** Has a command, and those below it, complain in the same voice of how they were called. */
export function speakPlainly(command: Command): void {
  command.configureOutput({
    outputError: (text, write) => write(complaint(text.trimEnd().replace(/^error: /, ''))),
  });
  for (const each of command.commands) speakPlainly(each);
}
