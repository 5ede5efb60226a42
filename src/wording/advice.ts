/**
 * What the reader of an error can do about it: an option that helps, and its value where it takes one. Errors, verdicts
 * and events carry it beside their sentence, which says the same in words, since a program and a command line name the
 * option differently.
 */
export type Advice =
  | 'allow_origins'
  | 'as_events'
  | 'as_lines'
  | 'ca'
  | 'create_stream'
  | 'equal_json'
  | 'plain'
  | 'resume'
  | 'wait';

/** A sentence, and what its reader can do about it. */
export interface Advised {
  readonly sentence: string;
  readonly advice?: Advice | undefined;
}

/** An error whose message may end with advice. */
export class AdvisedError extends Error {
  readonly advice: Advice | undefined;

  constructor(
    message: string,
    { advice, ...options }: ErrorOptions & { readonly advice?: Advice | undefined } = {},
  ) {
    super(message, options);
    this.advice = advice;
  }
}
