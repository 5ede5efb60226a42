/** An option that was not typed. */
interface SetElsewhere {
  /** The variable or key that set it. */
  readonly name: string;
  /** What would have to be typed for the same. */
  readonly words: readonly string[];
}

/** Those of the running command, by flag. A complaint of one calls it by its name, which a user can look for. */
const options = new Map<string, SetElsewhere>();

/** Forgets them all: a command begins. */
export function forgetElsewhere(): void {
  options.clear();
}

export function rememberElsewhere(flag: string, name: string, words: readonly string[]): void {
  options.set(flag, { name, words });
}

export function isSetElsewhere(flag: string): boolean {
  return options.has(flag);
}

/** What would have to be typed in place of all variables and files, secrets included. */
export function wordsSetElsewhere(): readonly string[] {
  return [...options.values()].flatMap(({ words }) => words);
}

/** A sentence with every flag that was not typed called by what set it. */
export function asSet(sentence: string): string {
  return sentence.replaceAll(/(?<![\w-])--[a-z][a-z\d-]*/g, (flag) => options.get(flag)?.name ?? flag);
}
