import { decodeClientMessage, ProtocolError } from '../../session/codec.ts';
import { LIMITS } from '../../session/limits.ts';
import type { ClientMessage } from '../../session/messages.ts';

/** The media types that a client may post, the preferred one first. */
export const POSTED_TYPES: readonly string[] = ['application/x-ndjson', 'application/json', 'text/plain'];

/** What a client posted: free text, or control messages. */
export type Posted = string | PostedMessages;

interface PostedMessages {
  readonly messages: readonly ClientMessage[];
  /** The types of further messages, which this version does not know and passes over: each once. */
  readonly unknownTypes: readonly string[];
}

/** Why a body is refused. */
export class PostFault {
  readonly status: 400 | 413 | 415;
  readonly sentence: string;

  constructor(status: 400 | 413 | 415, sentence: string) {
    this.status = status;
    this.sentence = sentence;
  }
}

/** What the decoder expects in front of a control message, as over WebSocket; posted ones have no mark. */
const MARK = '\u001e';
/** JSON's white space (RFC 8259, section 2); JavaScript's `\s` has more. */
const BLANK = /^[ \t\r]*$/;
const NDJSON: readonly string[] = ['application/x-ndjson', 'application/jsonl', 'application/ndjson'];

/** Parses a posted body: receipts, clock requests, or text. It accepts all of it or nothing. */
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
  const unknownTypes = new Set<string>();
  for (const [index, line] of lines.entries()) {
    if (lines.length > 1 && BLANK.test(line)) continue;
    try {
      const message = decodeClientMessage(MARK + (line.endsWith('\r') ? line.slice(0, -1) : line));
      if (message !== undefined) messages.push(message);
      else unknownTypes.add(JSON.parse(line).type);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      const where = lines.length > 1 ? `line ${index + 1}: ` : '';
      return new PostFault(400, `${where}${error.message}`);
    }
  }
  const receipts = messages.filter(({ type }) => type === 'receipt').length;
  if (receipts <= LIMITS.waitingReceipts) return { messages, unknownTypes: [...unknownTypes] };
  return new PostFault(413, `a request may bring ${LIMITS.waitingReceipts} receipts, not ${receipts}`);
}

/** Undefined for other types, and for other character sets than UTF-8. */
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
