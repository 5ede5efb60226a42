import type { Command } from 'commander';
import { printableText } from '../../wording/printable.ts';
import { redacted } from '../../wording/secrets.ts';
import { systemFault } from '../../wording/system-fault.ts';
import { UsageError } from '../../wording/usage-error.ts';
import { withFlags } from './advice.ts';
import { flagOf } from './flag.ts';

/** Tells on stderr what went wrong. Whatever a command complains of goes through here. */
export function complain(sentence: string): void {
  process.stderr.write(complaint(sentence));
}

/**
 * With the one prefix, safe to print, and without a secret that was typed or sent. It is one line, whatever it quotes: who
 * wrote what is quoted may want to forge another.
 *
 * @param places lines of our own that stand below it
 */
export function complaint(sentence: string, places: readonly string[] = []): string {
  return printableText([`tidemark: ${redacted(withFlags(sentence))}`, ...places]);
}

/** Tells that stdout, or a file of events, takes no more. */
export function complainOfOutput(error: Error): void {
  complain(`output can't be written: ${systemFault(error)}`);
}

/** What a user can mend is told in a sentence; anything else is a defect, and shows where it is. */
export function complainOf(error: unknown): void {
  if (!(error instanceof Error)) return complain(String(error));
  if (error instanceof UsageError) return complain(error.told(flagOf));
  if ('code' in error) return complain(error.message);
  const places = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  process.stderr.write(complaint(String(error), places));
}

/** Has a command, and those below it, complain in the same voice of how they were called. */
export function speakPlainly(command: Command): void {
  command.configureOutput({
    outputError: (text, write) => write(complaint(inOneLine(text) + choice(text, command))),
  });
  for (const each of command.commands) speakPlainly(each);
}

/** What there is in place of a command that there is not, unless one is near enough to be named. */
function choice(text: string, { commands }: Command): string {
  if (!/^error: unknown command '[^']*'$/.test(text.trimEnd())) return '';
  return `: the commands are ${commands.map((each) => each.name()).join(', ')}`;
}

/** Commander puts its advice below what it says. */
function inOneLine(text: string): string {
  return text
    .trimEnd()
    .replace(/^error: /, '')
    .replace(/\n(?=\(Did you mean [^\n]*\)$)/, ' ')
    .replace(
      INVALID,
      (_, option: string, given: string, expected: string) => `${option} ${wanted(expected, given)}`,
    );
}

/** What commander says of the argument of an option: the option, the argument, and what its parser says. */
const INVALID = /^option '(?:-\w, )?(--[\w-]+)[^']*' argument '(.*)' is invalid\. (.*)$/s;

/** What was expected and what came. A parser that says both names the parameter, which is the option's. */
function wanted(expected: string, given: string): string {
  const said = /^\S+ (must .*)$/s.exec(expected)?.[1];
  if (said !== undefined) return said;
  const form = expected
    .replace(/^Expected /, '')
    .replace(/^Allowed choices are /, 'one of ')
    .replace(/\.$/, '');
  return `must be ${form}, got ${JSON.stringify(given)}`;
}
