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
