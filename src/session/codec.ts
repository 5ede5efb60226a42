import { LIMITS } from './limits.ts';
import { CLIENT_MESSAGES, type ClientMessage, SERVER_MESSAGES, type ServerMessage } from './messages.ts';
import { readPlainReceipt } from './receipt-text.ts';
import { check, type Schema } from './schema.ts';
import { readPlainVerified } from './verified-text.ts';

/** Control messages as text: U+001E, which no data message begins with, and one JSON object. */
const MARK = '\u001e';

/** The first byte of a control message. */
export const MARK_BYTE = 0x1e;

/** Shared, because creating one takes longer than using it. */
const UTF8 = new TextDecoder();

/** The peer broke the protocol. */
export class ProtocolError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ProtocolError';
  }
}

/** The text of a message. */
export function textOf(payload: Uint8Array): string {
  return UTF8.decode(payload);
}

export function encodeControl(message: ServerMessage | ClientMessage): string {
  return MARK + JSON.stringify(message);
}

/**
 * Decodes a control message from a server; undefined for a type that this version does not know, which is to be
 * ignored.
 *
 * @throws ProtocolError
 */
export function decodeServerMessage(text: string): ServerMessage | undefined {
  return readPlainVerified(text) ?? decode(text, SERVER_MESSAGES);
}

/** The same, with a sentence for a message that breaks the protocol. One that is too large is not inspected. */
export function readServerMessage(payload: Uint8Array): ServerMessage | string | undefined {
  const { controlMessageBytes } = LIMITS;
  if (payload.length > controlMessageBytes)
    return `the server broke the protocol: a control message has ${payload.length} bytes, more than controlMessageBytes, ${controlMessageBytes}`;
  try {
    return decodeServerMessage(textOf(payload));
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return `the server broke the protocol: ${error.message}`;
  }
}

/** The same as `decodeServerMessage`, for a client's message. */
export function decodeClientMessage(text: string): ClientMessage | undefined {
  return readPlainReceipt(text) ?? decode(text, CLIENT_MESSAGES);
}

function decode<T>(text: string, schemas: Readonly<Record<string, Schema<T>>>): T | undefined {
  const message = parseObject(text.slice(MARK.length));
  const { type } = message;
  if (typeof type !== 'string') throw new ProtocolError('a control message has no "type"');
  const schema = Object.hasOwn(schemas, type) ? schemas[type] : undefined;
  if (schema === undefined) return undefined;
  const checked = check(schema, message);
  if ('fault' in checked) throw new ProtocolError(`${type}: ${checked.fault}`);
  return checked.value;
}

function parseObject(text: string): { readonly type?: unknown } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ProtocolError('a control message is not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ProtocolError('a control message is not a JSON object');
  }
  return value;
}
