/**
 * What the encoder (assembly/encoder.ts) and its callers must agree on of encoded messages. This file is TypeScript and
 * AssemblyScript at once, as opcodes.ts is, so that neither side can drift from the other.
 */

/**
 * The CRC-32 of all messages before is known at every so many messages of a segment. A CRC at each would cost a
 * third as much as making them, and one at each segment would leave more to the verifying of a receipt.
 */
export const CHECKPOINT_MESSAGES = 64;

// Framings, as framing.ts defines them.
export const WEBSOCKET = 0;
export const LINES = 1;
export const EVENTS = 2;
export const PAYLOAD = 3;
