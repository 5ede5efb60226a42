import type { Framing } from '../../stream/segment/framing.ts';

/** What the body of a response has messages in. */
export interface ResponseForm {
  readonly kind: 'lines' | 'events' | 'array' | 'file';
  /** The media types that it may be asked for by, the one that it is sent as first. */
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

/** A message alone, as the file that it is. */
const FILE: ResponseForm = { kind: 'file', mediaTypes: ['application/octet-stream'], framing: 'payload' };

/** The forms that messages can be had in, the one that comes without being asked for first. @param text whether they are text */
export function responseForms(text: boolean): readonly ResponseForm[] {
  return text ? [LINES, EVENTS, ARRAY] : [FILE];
}
