import { AdvisedError } from '../../wording/advice.ts';
import { printableText } from '../../wording/printable.ts';
import { redacted } from '../../wording/secrets.ts';
import { systemFault } from '../../wording/system-fault.ts';
import { UsageError } from '../../wording/usage-error.ts';
import { withFlag } from './advice.ts';
import { flagOf } from './flag.ts';
import { asSet } from './set-elsewhere.ts';

/** Reports an error on stderr. All complaints of a command go through here. */
export function complain(sentence: string): void {
  process.stderr.write(complaint(sentence));
}

/**
 * A complaint with the one prefix, safe to print, and without secrets that were typed or sent. An option that was not
 * typed is called by the variable or key that set it. It is one line, whatever it quotes: the author of a quotation may
 * want to forge another.
 *
 * @param places lines of our own to follow it
 */
export function complaint(sentence: string, places: readonly string[] = []): string {
  return printableText([`tidemark: ${redacted(asSet(sentence))}`, ...places]);
}

/** Reports that stdout, or a file of events, can't be written any more. */
export function complainOfOutput(error: Error): void {
  complain(`output can't be written: ${systemFault(error)}`);
}

/** Reports what a user can fix as a sentence. Anything else is a defect, and shows its stack. */
export function complainOf(error: unknown): void {
  if (!(error instanceof Error)) return complain(String(error));
  if (error instanceof UsageError) return complain(error.told(flagOf));
  if (error instanceof AdvisedError) return complain(withFlag(error.message, error.advice));
  if ('code' in error) return complain(error.message);
  const places = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  process.stderr.write(complaint(String(error), places));
}
