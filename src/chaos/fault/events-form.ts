import { type FramedPiece, type MessageForm, spliced } from './message-form.ts';

const NEWLINE = 0x0a;
const RETURN = 0x0d;
const COLON = 0x3a;
const SPACE = 0x20;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];
const DECODER = new TextDecoder('latin1');

/** A line of an event, and the value of its field. */
interface FieldLine {
  readonly name: string;
  readonly start: number;
  readonly value: { readonly start: number; readonly end: number };
  /** Where the next begins. */
  readonly next: number;
}

/**
 * Server-sent events (HTML, section 9.2): a message is the data of an event, or the first line of it that is not empty.
 *
 * @param speaks whether events that have a type are Tidemark's control messages, and no data
 */
export function eventsForm(speaks: boolean): MessageForm {
  return {
    pieceAt: (bytes, at) => eventAt(bytes, at, speaks),
    withMessage: spliced,
    idOf: (event) => {
      const line = linesOf(event).findLast(({ name }) => name === 'id');
      return line === undefined ? undefined : event.slice(line.value.start, line.value.end);
    },
    withId: (event, id) => {
      let changed = event;
      // From the last one on, so that the places of those before stay what they are.
      for (const { name, start, value, next } of linesOf(event).reverse()) {
        if (name !== 'id') continue;
        changed =
          id === undefined ? spliced(changed, { start, end: next }, NOTHING) : spliced(changed, value, id);
      }
      return changed;
    },
  };
}

const NOTHING = new Uint8Array(0);

/**
 * An event up to its empty line. Of an empty line that ends with CR LF, the LF is a piece by itself: whether it comes can't be
 * known yet when all before has.
 */
function eventAt(bytes: Uint8Array, start: number, speaks: boolean): FramedPiece | undefined {
  if (bytes[start] === BYTE_ORDER_MARK[0]) {
    if (start + BYTE_ORDER_MARK.length > bytes.length) return undefined;
    const isMark = BYTE_ORDER_MARK.every((byte, index) => bytes[start + index] === byte);
    if (isMark) return { end: start + BYTE_ORDER_MARK.length, message: undefined };
  }
  let message: FramedPiece['message'];
  let typed = false;
  for (let at = start; ; ) {
    const line = lineAt(bytes, at);
    if (line === undefined) return undefined;
    const { name, value, next } = line;
    if (value.end === at) {
      return { end: at + 1, message: typed && speaks ? undefined : message };
    }
    if (name === 'event') typed = value.end > value.start;
    if (name === 'data' && value.end > value.start) message ??= { ...value, text: true };
    at = next;
  }
}

/** The lines of a whole event but for its empty one. */
function linesOf(event: Uint8Array): FieldLine[] {
  const lines: FieldLine[] = [];
  for (let line = lineAt(event, 0); line !== undefined; line = lineAt(event, line.next)) lines.push(line);
  return lines;
}

/** A line that has an end; undefined if there is none. */
function lineAt(bytes: Uint8Array, start: number): FieldLine | undefined {
  const newline = bytes.indexOf(NEWLINE, start);
  const before = bytes.subarray(start, newline < 0 ? bytes.length : newline).indexOf(RETURN);
  if (newline < 0 && before < 0) return undefined;
  const end = before < 0 ? newline : start + before;
  const next = bytes[end] === RETURN && bytes[end + 1] === NEWLINE ? end + 2 : end + 1;
  const line = bytes.subarray(start, end);
  const colon = line.indexOf(COLON);
  const nameEnd = colon < 0 ? end : start + colon;
  let value = Math.min(nameEnd + 1, end);
  if (bytes[value] === SPACE && value < end) value++;
  return {
    name: DECODER.decode(bytes.subarray(start, Math.min(nameEnd, start + LONGEST_NAME_BYTES))),
    start,
    value: { start: value, end },
    next,
  };
}

/** Longer than any that is known. */
const LONGEST_NAME_BYTES = 8;
