/**
 * The operations of a field program that is interpreted, as encoder-program.ts writes them and the encoder
 * (assembly/encoder.ts) runs them. A program is a list of 32-bit little-endian words: an opcode, then its operands.
 * Addresses are of the encoder's memory; a 64-bit operand takes two words, the lower half first.
 *
 * This file is TypeScript and AssemblyScript at once, so that neither side can drift from the other.
 */
/** Ends the message. */
export const END = 0;
/** address, length: appends text or binary. */
export const TEXT = 1;
/** Appends the seq in decimal. */
export const SEQ = 2;
/** hash of the path (64 bit): takes the draws that follow from this field. */
export const FIELD = 3;
/** shape of the distribution, minimum (double), range (double), unit (double), decimals, format, count: appends numbers. */
export const NUMBERS = 4;
/** size: appends characters until the message has so many bytes. */
export const FILL = 5;

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
