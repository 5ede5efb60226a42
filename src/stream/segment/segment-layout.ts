/**
 * The layout of encoded messages that the encoder (assembly/encoder.ts) and its callers share. This file is TypeScript
 * and AssemblyScript at once, as opcodes.ts is, so that the two can't drift apart.
 */

/**
 * A segment stores the CRC-32 of all messages before every 64th. A CRC for each message would cost a third as much as
 * making it; one for each segment would leave more work to verifying a receipt.
 */
export const CHECKPOINT_MESSAGES = 64;

// Framings, as framing.ts defines them.
export const WEBSOCKET = 0;
export const LINES = 1;
export const EVENTS = 2;
export const PAYLOAD = 3;
