import type { ResponseForm } from './response-form.ts';

/** How long an EventSource waits before it reconnects. */
const RETRY_MS = 1000;

const EVENT_COMMENT = Buffer.from(':\n\n');
const EMPTY_LINE = Buffer.from('\n');
const NEWLINE = 10;
const COMMA = 44;

/** Turns framed messages into the body of a response. */
export interface ResponseBody {
  /** What precedes the first message. */
  readonly start: string;
  /** What can be sent between messages to break a silence, without any meaning; undefined if the form has no such thing. */
  readonly comment: Uint8Array | undefined;
  /** Converts whole messages. */
  pieces(framed: readonly Uint8Array[]): readonly Uint8Array[];
  /** Converts bytes [from, to) of one message, into new memory. */
  part(framed: Uint8Array, from: number, to: number): Uint8Array;
  /** What follows the last message. */
  readonly end: string;
}

/**
 * @param from the seq of the first message
 * @param welcome as JSON, for a client that speaks `tidemark.v1`
 */
export function responseBody(
  { kind }: ResponseForm,
  from: number,
  welcome: string | undefined,
): ResponseBody {
  // A client that does not speak `tidemark.v1` may take every line for a message.
  const emptyLine = welcome === undefined ? undefined : EMPTY_LINE;
  if (kind === 'array') return new ArrayBody(emptyLine);
  const start = kind === 'events' ? firstEvent(from - 1, welcome) : '';
  const comments = { events: EVENT_COMMENT, lines: emptyLine, file: undefined };
  return {
    start,
    comment: comments[kind],
    pieces: (framed) => framed,
    part: (framed, from, to) => framed.slice(from, to),
    end: '',
  };
}

/** The priming event: an EventSource that is cut off before the first message comes back with this id, and misses nothing. */
function firstEvent(id: number, welcome: string | undefined): string {
  const type = welcome === undefined ? '' : 'event: welcome\n';
  const data = welcome === undefined ? 'data:' : `data: ${welcome}`;
  return `${type}id: ${id}\nretry: ${RETRY_MS}\n${data}\n\n`;
}

/** Turns lines into the elements of a JSON array. Each comma is sent with the element that follows it. */
class ArrayBody implements ResponseBody {
  readonly start = '[';
  readonly comment: Uint8Array | undefined;
  readonly end = ']\n';
  #hasElements = false;

  constructor(comment: Uint8Array | undefined) {
    this.comment = comment;
  }

  pieces(framed: readonly Uint8Array[]): readonly Uint8Array[] {
    return framed.map((lines) => {
      // A copy, since the lines are shared with other clients. Dropping the last newline makes room for a comma in front.
      const elements = Buffer.allocUnsafe(lines.length);
      elements.set(lines.subarray(0, -1), 1);
      elements[0] = COMMA;
      for (let at = elements.indexOf(NEWLINE); at !== -1; at = elements.indexOf(NEWLINE, at)) {
        elements[at] = COMMA;
      }
      const first = this.#hasElements ? 0 : 1;
      this.#hasElements = true;
      return elements.subarray(first);
    });
  }

  part(line: Uint8Array, from: number, to: number): Uint8Array {
    const part = line.subarray(from, Math.min(to, line.length - 1));
    const behind = from === 0 && this.#hasElements ? ',' : '';
    this.#hasElements = true;
    return Buffer.concat([Buffer.from(behind), part]);
  }
}
