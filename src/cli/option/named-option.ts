import { type OptionNaming, UsageError } from '../../wording/usage-error.ts';
import { flagOf } from '../output/flag.ts';

/** Does what judges the value of an option: what a user can mend is told with that option in front. */
export function ofOption<T>(flag: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof Error && 'code' in error) error.message = `${flag}${without(flag, error.message)}`;
    throw error;
  }
}

/** `from must be …` of `--from`, without the name. */
function without(flag: string, message: string): string {
  const name = flag.replace(/^--/, '');
  return message.startsWith(`${name} must `) ? message.slice(name.length) : `: ${message}`;
}

/**
 * Does what judges an option of the library: its errors call it by what it was given by, where that says more than its flags,
 * as `--ca server.pem` does.
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
