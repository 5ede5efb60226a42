import { quoted } from './secrets.ts';

/** What is wrong with an option: its value, that it is not there, or that it is there. */
export type UsageErrorCode = 'bad_option' | 'missing_option' | 'conflicting_option';

/** What an option is called where the sentence is read: a program knows it by another name than a command line. */
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

  /** The message, with every option that it names called as `nameOf` says. */
  told(nameOf: OptionNaming): string {
    return this.#sentence(nameOf);
  }
}

/** Refuses the value of an option: says what it must be, and quotes what came, shortened. */
export function badOption(option: string, expected: string, came: string): UsageError {
  return new UsageError('bad_option', option, (nameOf) => wrong(nameOf(option), expected, came));
}

/** Refuses an option that may not be there as things stand. */
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
