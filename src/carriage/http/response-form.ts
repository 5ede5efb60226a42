import type { Framing } from '../../stream/segment/framing.ts';

/** A form that a response can have. */
export interface ResponseForm {
  readonly kind: 'lines' | 'events' | 'array' | 'file';
  /** The media types that select it; it is sent as the first. */
  readonly mediaTypes: readonly [string, ...string[]];
  readonly framing: Framing;
}

/** NDJSON: one message a line. */
const LINES: ResponseForm = {
  kind: 'lines',
  mediaTypes: ['application/x-ndjson', 'application/jsonl', 'application/ndjson'],
  framing: 'lines',
};

/** Server-sent events (HTML, section 9.2). */
const EVENTS: ResponseForm = { kind: 'events', mediaTypes: ['text/event-stream'], framing: 'events' };

/** A JSON array of all messages. */
const ARRAY: ResponseForm = { kind: 'array', mediaTypes: ['application/json'], framing: 'lines' };

/** A single message, which is a file. */
const FILE: ResponseForm = { kind: 'file', mediaTypes: ['application/octet-stream'], framing: 'payload' };

/** The forms for text messages or for binary ones, the default first. */
export function responseForms(text: boolean): readonly [ResponseForm, ...ResponseForm[]] {
  return text ? [LINES, EVENTS, ARRAY] : [FILE];
}
