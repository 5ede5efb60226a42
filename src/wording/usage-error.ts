import { quoted } from './secrets.ts';

/** The value of an option is wrong, the option is missing, or it may not be given. */
export type UsageErrorCode = 'bad_option' | 'missing_option' | 'conflicting_option';

/** Gives an option the name that the reader knows it by: a program and a command line call it differently. */
export type OptionNaming = (option: string) => string;

/** An option that can't be used as it is given. The message says what was expected and what came. */
export class UsageError extends Error {
  readonly code: UsageErrorCode;
  /** The name of the option, as in `ServeOptions` or `ConnectOptions`. */
  readonly option: string;
  readonly #sentence: (nameOf: OptionNaming) => string;

  constructor(code: UsageErrorCode, option: string, sentence: (nameOf: OptionNaming) => string) {
    super(sentence((name) => name));
    this.name = 'UsageError';
    this.code = code;
    this.option = option;
    this.#sentence = sentence;
  }

  /** The message, with options named by `nameOf`. */
  told(nameOf: OptionNaming): string {
    return this.#sentence(nameOf);
  }
}

/** Refuses the value of an option: says what it must be, and quotes what came, shortened. */
export function badOption(option: string, expected: string, came: string): UsageError {
  return new UsageError('bad_option', option, (nameOf) => wrong(nameOf(option), expected, came));
}

/** Refuses an option that does not go with the others. */
export function conflictingOption(
  option: string,
  why: (nameOf: OptionNaming) => string,
  came: string,
): UsageError {
  return new UsageError('conflicting_option', option, (nameOf) =>
    wrong(nameOf(option), `left out ${why(nameOf)}`, came),
  );
}

function wrong(name: string, expected: string, came: string): string {
  return `${name} must be ${expected}, got ${quoted(came)}`;
}
