import { FINAL, headBytesFor, OPCODE, writeHead } from '../../carriage/websocket/frame/frame.ts';
import { badParameter } from '../stream-error.ts';
import { EVENTS, LINES, PAYLOAD, WEBSOCKET } from './segment-layout.ts';

/** The framings of messages: what a carriage puts before and behind each payload. */
export const FRAMINGS = ['websocket', 'lines', 'events', 'payload'] as const;
export type Framing = (typeof FRAMINGS)[number];

interface FramingRule {
  /** The encoder's number for it. */
  readonly code: number;
  /** Whether it carries text alone. A newline in a payload would end it too early, but our kinds have none. */
  readonly textOnly: boolean;
  /** The bytes before a payload. */
  before(payloadBytes: number, seq: number, text: boolean): Uint8Array;
  /** The text behind it. */
  readonly behind: string;
}

const NOTHING = new Uint8Array();

/** The definition of every framing, which the encoder's (assembly/framing.ts) must equal byte for byte. */
const RULES: Readonly<Record<Framing, FramingRule>> = {
  /** One unmasked frame a message, as a server sends them (RFC 6455, section 5.2). */
  websocket: {
    code: WEBSOCKET,
    textOnly: false,
    before: (payloadBytes, _, text) => frameHead(payloadBytes, text),
    behind: '',
  },
  /** NDJSON. */
  lines: { code: LINES, textOnly: true, before: () => NOTHING, behind: '\n' },
  /** Server-sent events (HTML, section 9.2) whose ids are the seqs. */
  events: {
    code: EVENTS,
    textOnly: true,
    before: (_, seq) => new TextEncoder().encode(`id: ${seq}\ndata: `),
    behind: '\n\n',
  },
  /** Payloads alone; whoever takes them goes by their offsets. */
  payload: { code: PAYLOAD, textOnly: false, before: () => NOTHING, behind: '' },
};

/** The most bytes that a framing adds to a payload. */
export const MOST_FRAMING_BYTES = 32;

/** A message with its framing. */
export function framed(framing: Framing, payload: Uint8Array, seq: number, text: boolean): Uint8Array {
  const { before, behind } = RULES[framing];
  const head = before(payload.length, seq, text);
  const bytes = new Uint8Array(framedSize(framing, payload.length, seq, text));
  bytes.set(head);
  bytes.set(payload, head.length);
  bytes.set(new TextEncoder().encode(behind), head.length + payload.length);
  return bytes;
}

/** The size of a message with its framing. */
export function framedSize(framing: Framing, payloadBytes: number, seq: number, text: boolean): number {
  const { before, behind } = RULES[framing];
  return before(payloadBytes, seq, text).length + payloadBytes + behind.length;
}

/** The number of bytes behind each payload. */
export function bytesBehind(framing: Framing): number {
  return RULES[framing].behind.length;
}

export function framingCode(framing: Framing): number {
  return RULES[framing].code;
}

/**
 * The framing in which messages are digested (see `digestMessage`) and captured: text one a line, binary with nothing
 * in between.
 */
export function digestedFraming(text: boolean): Framing {
  return text ? 'lines' : 'payload';
}

/** @throws StreamError if messages of this kind have no such framing */
export function checkFraming(framing: Framing, text: boolean): void {
  if (text || !RULES[framing].textOnly) return;
  const allowed = FRAMINGS.filter((each) => !RULES[each].textOnly).join(' or ');
  throw badParameter('framing', `${allowed} for binary messages`, framing);
}

function frameHead(payloadBytes: number, text: boolean): Uint8Array {
  const head = new Uint8Array(headBytesFor(payloadBytes, false));
  writeHead(head, 0, FINAL | (text ? OPCODE.text : OPCODE.binary), payloadBytes, false);
  return head;
}
