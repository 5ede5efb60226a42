import type { ResponseForm } from './response-form.ts';

/** An EventSource that has lost its connection comes back after so long. */
const RETRY_MS = 1000;

const NEWLINE = 10;
const COMMA = 44;

/** How messages that are framed become the body of a response. */
export interface ResponseBody {
  /** What stands before the first. */
  readonly start: string;
  /** Whether comments may stand between messages. */
  readonly hasComments: boolean;
  /** Pieces of whole messages, as they are sent. */
  pieces(framed: readonly Uint8Array[]): readonly Uint8Array[];
  /** Bytes [from, to) of one message, as they are sent, in memory of their own. */
  part(framed: Uint8Array, from: number, to: number): Uint8Array;
  /** What stands behind the last. */
  readonly end: string;
}

/**
 * @param from the seq of the first message
 * @param welcome as JSON, for who speaks `tidemark.v1`
 */
export function responseBody(
  { kind }: ResponseForm,
  from: number,
  welcome: string | undefined,
): ResponseBody {
  if (kind === 'array') return new ArrayBody();
  const hasComments = kind === 'events';
  const start = hasComments ? firstEvent(from - 1, welcome) : '';
  return {
    start,
    hasComments,
    pieces: (framed) => framed,
    part: (framed, from, to) => framed.slice(from, to),
    end: '',
  };
}

/** An EventSource that is cut off before the first message comes back with this id, and misses none. */
function firstEvent(id: number, welcome: string | undefined): string {
  const type = welcome === undefined ? '' : 'event: welcome\n';
  const data = welcome === undefined ? 'data:' : `data: ${welcome}`;
  return `${type}id: ${id}\nretry: ${RETRY_MS}\n${data}\n\n`;
}

/** Lines as the elements of a JSON array. The comma that follows the last of some is sent before the next, if there is one. */
class ArrayBody implements ResponseBody {
  readonly start = '[';
  readonly hasComments = false;
  readonly end = ']\n';
  #hasElements = false;

  pieces(framed: readonly Uint8Array[]): readonly Uint8Array[] {
    return framed.map((lines) => {
      // A copy: others are sent these lines too. The last newline makes room for the comma before the first.
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
