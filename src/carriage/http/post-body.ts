import { decodeClientMessage, ProtocolError } from '../../session/codec.ts';
import { LIMITS } from '../../session/limits.ts';
import type { ClientMessage } from '../../session/messages.ts';

/** The media types that a client may post, the one to be preferred first. */
export const POSTED_TYPES: readonly string[] = ['application/x-ndjson', 'application/json', 'text/plain'];

/** What a client posts: free text, or control messages. Those of types that this version does not know are left out. */
export type Posted = string | readonly ClientMessage[];

/** Why a body can't be taken. */
export class PostFault {
  readonly status: 400 | 413 | 415;
  readonly sentence: string;

  constructor(status: 400 | 413 | 415, sentence: string) {
    this.status = status;
    this.sentence = sentence;
  }
}

/** Control messages stand alone here; over a WebSocket each begins with this. */
const MARK = '\u001e';
/** White space of JSON alone (RFC 8259, section 2), which JavaScript knows more of. */
const BLANK = /^[ \t\r]*$/;
const NDJSON: readonly string[] = ['application/x-ndjson', 'application/jsonl', 'application/ndjson'];

/** Reads the body of a request that brings receipts, questions for the time, or text. It takes all of it or nothing. */
export function readPost(
  headers: { readonly 'content-type'?: string | undefined; readonly 'content-encoding'?: string | undefined },
  body: Uint8Array,
): Posted | PostFault {
  const { 'content-type': type = '', 'content-encoding': encoding = 'identity' } = headers;
  const mediaType = mediaTypeOf(type);
  if (mediaType === undefined || encoding.trim().toLowerCase() !== 'identity') {
    const came = mediaType === undefined ? shown(type) : `Content-Encoding ${shown(encoding)}`;
    return new PostFault(415, `a body is ${POSTED_TYPES.join(', ')} in UTF-8, not ${came}`);
  }
  const text = utf8(body);
  if (text === undefined) return new PostFault(400, 'the body is not UTF-8');
  if (mediaType === 'text/plain') return text;
  const lines = mediaType === 'application/json' ? [text] : text.split('\n');
  return readMessages(lines);
}

function readMessages(lines: readonly string[]): Posted | PostFault {
  const messages: ClientMessage[] = [];
  for (const [index, line] of lines.entries()) {
    if (lines.length > 1 && BLANK.test(line)) continue;
    try {
      const message = decodeClientMessage(MARK + (line.endsWith('\r') ? line.slice(0, -1) : line));
      if (message !== undefined) messages.push(message);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      const where = lines.length > 1 ? `line ${index + 1}: ` : '';
      return new PostFault(400, `${where}${error.message}`);
    }
  }
  const receipts = messages.filter(({ type }) => type === 'receipt').length;
  if (receipts <= LIMITS.waitingReceipts) return messages;
  return new PostFault(413, `a request may bring ${LIMITS.waitingReceipts} receipts, not ${receipts}`);
}

/** Undefined for a type that is not taken, or another encoding of characters. */
function mediaTypeOf(type: string): string | undefined {
  const [name = '', ...parameters] = type.split(';').map((part) => part.trim().toLowerCase());
  const charset = parameters.find((parameter) => parameter.startsWith('charset='));
  if (charset !== undefined && !/^charset="?utf-?8"?$/.test(charset)) return undefined;
  return [...POSTED_TYPES, ...NDJSON].find((known) => known === name);
}

function utf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

const SHOWN_CHARACTERS = 80;

function shown(text: string): string {
  return text === '' ? 'one without Content-Type' : JSON.stringify(text.slice(0, SHOWN_CHARACTERS));
}
