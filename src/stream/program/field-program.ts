import type { Distribution } from './distribution.ts';

/**
 * A field program: what a kind of stream compiles to, and all that an encoder needs to know of it.
 *
 * A program is run once a message. `field` sets the key from which the draws that follow are taken; every other
 * step appends bytes. Text is JSON already, escaped when the program was built.
 */
export type Step =
  | InterpretedStep
  /** One draw: appends an entry of the table, and remembers its index in the slot, if one is named. */
  | { readonly step: 'pick'; readonly table: readonly string[]; readonly slot?: number }
  /** No draw: appends the entry of the table whose index the slot remembers. */
  | { readonly step: 'repeat'; readonly table: readonly string[]; readonly slot: number }
  /** One draw: runs one of the branches, chosen by weight. */
  | { readonly step: 'choose'; readonly branches: readonly Branch[] }
  /** No draw: runs the branch whose index the slot remembers. */
  | { readonly step: 'follow'; readonly slot: number; readonly branches: readonly (readonly Step[])[] }
  /** One draw: appends an integer of [0, bound) in decimal. */
  | { readonly step: 'integer'; readonly bound: number }
  /** Appends the pattern, with a digit 0-9 for each `#`, 1-9 for each `$` and 2-9 for each `!`; one draw serves eight. */
  | { readonly step: 'digits'; readonly pattern: string }
  /** Two draws: appends a version 4 UUID (RFC 9562). */
  | { readonly step: 'uuid' }
  /** One draw: appends YYYY-MM-DD, one of `dayCount` days from `firstDay`, days since 1970-01-01. */
  | { readonly step: 'date'; readonly firstDay: number; readonly dayCount: number };

/**
 * The steps of kinds with parameters. Those programs are known only when somebody names them, and so are interpreted.
 */
export type InterpretedStep =
  /** Appends the text as it is. */
  | { readonly step: 'text'; readonly text: string }
  /** Appends these bytes as they are. */
  | { readonly step: 'binary'; readonly bytes: Uint8Array }
  /** Appends the seq in decimal. */
  | { readonly step: 'seq' }
  /** Takes the draws that follow from the field at this path, from its first draw on. */
  | { readonly step: 'field'; readonly path: string }
  /** One draw a number: appends `count` numbers, as JSON with commas or in little-endian binary. */
  | {
      readonly step: 'numbers';
      readonly count: number;
      readonly distribution: Distribution;
      readonly as: NumberFormat;
    }
  /** Appends characters of the base64url alphabet until the message has `untilBytes` bytes; one draw serves ten. */
  | { readonly step: 'fill'; readonly untilBytes: number };

/** One branch of a `choose`; weights are positive integers. */
interface Branch {
  readonly weight: number;
  readonly steps: readonly Step[];
  /** Remembers this branch's index here. */
  readonly slot?: number;
}

/** Element types of an array, by their NumPy names. */
export const DTYPES = ['int8', 'int16', 'int32', 'uint8', 'uint16', 'uint32', 'float32', 'float64'] as const;
export type Dtype = (typeof DTYPES)[number];

/** How `numbers` are written: JSON text, or the little-endian bytes of a dtype. */
type NumberFormat = 'json' | Dtype;

/** A whole message: its steps, and whether it is sent as text (UTF-8) or as binary. */
export interface FieldProgram {
  readonly text: boolean;
  readonly steps: readonly Step[];
}

export interface InterpretedProgram extends FieldProgram {
  readonly steps: readonly InterpretedStep[];
}

/** The program of a kind without parameters, which the build has compiled into the encoder. */
export interface BuiltProgram {
  readonly text: boolean;
  readonly built: 'users';
}

/** Digits that one draw serves. */
export const DIGITS_PER_DRAW = 8;
/** The characters of a pattern that stand for a digit, and the lowest that it may be. */
export const LOWEST_DIGITS: Readonly<Record<string, number>> = { '#': 0, $: 1, '!': 2 };
