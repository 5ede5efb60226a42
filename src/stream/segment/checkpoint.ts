/**
 * The CRC-32 of all messages before is known at every so many messages of a segment. A CRC at each would cost a
 * third as much as making them, and one at each segment would leave more to the verifying of a receipt.
 *
 * This file is TypeScript and AssemblyScript at once, as opcodes.ts is.
 */
export const CHECKPOINT_MESSAGES = 64;
