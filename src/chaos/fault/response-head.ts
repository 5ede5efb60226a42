import { eventsForm } from './events-form.ts';
import { FRAMES_FORM } from './frames-form.ts';
import { LINES_FORM } from './lines-form.ts';
import type { MessageForm } from './message-form.ts';

/** What follows the head of a response, before another one does. */
export interface Following {
  /** How its end is told: by its length, which may be 0, by its last chunk, or not before the end of the connection. */
  readonly end: number | 'last chunk' | 'end of connection';
  /** What messages are in; undefined if it is no stream of messages. */
  readonly form: MessageForm | undefined;
}

const LINES = /^application\/(x-)?(ndjson|jsonl|jsonlines|stream\+json)$/;
const EVENTS = 'text/event-stream';

/**
 * Reads the head of a response. A body whose length is said before is no stream, and so is none that is compressed; with the
 * status 101 a WebSocket begins.
 */
export function followingHead(head: string): Following {
  const [statusLine = '', ...lines] = head.split('\r\n');
  const status = Number(/^HTTP\/1\.[01] (\d{3})(?: |$)/.exec(statusLine)?.[1]);
  if (status === 101) return { end: 'end of connection', form: FRAMES_FORM };
  if (Number.isNaN(status)) return { end: 'end of connection', form: undefined };
  if (status < 200 || status === 204 || status === 304) return { end: 0, form: undefined };
  const headers = new Map(
    lines.map((line) => {
      const [name = '', value = ''] = line.split(/:(.*)/s);
      return [name.trim().toLowerCase(), value.trim()];
    }),
  );
  const encoding = headers.get('content-encoding') ?? 'identity';
  const form = status === 200 && encoding === 'identity' ? formOf(headers) : undefined;
  if (/(^|[ ,])chunked$/i.test(headers.get('transfer-encoding') ?? '')) return { end: 'last chunk', form };
  const length = headers.get('content-length');
  if (length === undefined) return { end: 'end of connection', form };
  return { end: /^\d{1,15}$/.test(length) ? Number(length) : 'end of connection', form: undefined };
}

function formOf(headers: ReadonlyMap<string, string>): MessageForm | undefined {
  const type = headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? '';
  if (type === EVENTS) return eventsForm(headers.has('tidemark-welcome'));
  return LINES.test(type) ? LINES_FORM : undefined;
}
