import type { Option } from 'commander';

/** What kind of value an option takes, as far as more is known of it than that it is text. */
export interface ValueForm {
  /** Completed by the names of files; in a config file relative to its folder. */
  readonly file?: true;
  /** Completed by the kinds of streams. */
  readonly stream?: true;
  /** Values separated by commas; in a config file an array does as well. */
  readonly list?: true;
  /** Never shown. */
  readonly secret?: true;
}

/** By the placeholder that help shows after a flag. */
const FORMS: Readonly<Record<string, ValueForm>> = {
  file: { file: true },
  list: { list: true },
  stream: { stream: true },
  streams: { stream: true, list: true },
  token: { secret: true },
};

/** Undefined for an option that takes no value. */
export function valueFormOf({ flags }: Option): ValueForm | undefined {
  const placeholder = /[<[]([^>\]]+)[>\]]/.exec(flags)?.[1];
  return placeholder === undefined ? undefined : (FORMS[placeholder] ?? {});
}
