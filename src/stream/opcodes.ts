/**
 * The operations of a compiled field program, as encoder-program.ts writes them and the encoder (assembly/encoder.ts)
 * runs them. A program is a list of 32-bit little-endian words: an opcode, then its operands. Addresses are of the
 * encoder's memory; distances are in bytes, from the opcode; a 64-bit operand takes two words, the lower half first.
 * Operations marked with + have an address and a length as their last operands: text that they append at their end.
 *
 * This file is TypeScript and AssemblyScript at once, so that neither side can drift from the other.
 */
/** Ends the message. */
export const END = 0;
/** address, length: appends text or binary. */
export const TEXT = 1;
/** + appends the seq in decimal. */
export const SEQ = 2;
/** hash of the path (64 bit): takes the draws that follow from this field. */
export const FIELD = 3;
/** table, length, address of a slot, + : appends an entry, remembers its index. */
export const PICK = 4;
/** table, address of a slot, + : appends the entry remembered. */
export const REPEAT = 5;
/** address of a slot, sum of weights, number of branches, the cumulated weight of each, how far from here each goes on. */
export const CHOOSE = 6;
/** address of a slot, then for each branch how far from here to go on. */
export const FOLLOW = 7;
/** how far from here to go on: goes on there. */
export const JUMP = 8;
/** bound (64 bit), + : appends an integer below it. */
export const INTEGER = 9;
/** table of patterns, number of patterns, + : appends one of them, by a draw if there are several. */
export const DIGITS = 10;
/** + appends a UUID. */
export const UUID = 11;
/** first day, number of days, + : appends a date. */
export const DATE = 12;
/** shape of the distribution, minimum (double), range (double), unit (double), decimals, format, count: appends numbers. */
export const NUMBERS = 13;
/** size: appends characters until the message has so many bytes. */
export const FILL = 14;

/**
 * address of the slot of a choice, address of a slot, address and length of text to append at the end, how far from
 * here to go on, then for each branch a table and its length: appends an entry of the table of the branch
 * remembered, remembers its index.
 */
export const PICK_OF = 15;

// Shapes of a distribution.
export const UNIFORM = 0;
export const NORMAL = 1;
export const EXPONENTIAL = 2;

// Formats of numbers.
export const JSON_TEXT = 0;
export const INT8 = 1;
export const INT16 = 2;
export const INT32 = 3;
export const UINT8 = 4;
export const UINT16 = 5;
export const UINT32 = 6;
export const FLOAT32 = 7;
export const FLOAT64 = 8;
