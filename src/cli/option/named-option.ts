import { type OptionNaming, UsageError } from '../../wording/usage-error.ts';
import { flagOf } from '../output/flag.ts';

/** Runs code that judges an option's value, and puts the option before its errors. */
export function ofOption<T>(flag: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof Error && 'code' in error) error.message = `${flag}${without(flag, error.message)}`;
    throw error;
  }
}

/** The rest of `from must be …` for `--from`; other messages follow a colon. */
function without(flag: string, message: string): string {
  const name = flag.replace(/^--/, '');
  return message.startsWith(`${name} must `) ? message.slice(name.length) : `: ${message}`;
}

/**
 * Runs code that judges an option of the library, and has its errors name what the user gave, if that says more than
 * the flag: `--ca server.pem`.
 */
export function givenBy<T>(option: string, given: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const nameOf: OptionNaming = (name) => (name === option ? given : flagOf(name));
    throw new UsageError(error.code, error.option, () => error.told(nameOf));
  }
}
