import type { IncomingHttpHeaders } from 'node:http';
import { responseForms } from './response-form.ts';

/** How messages are asked for: as server-sent events, or as NDJSON. */
export type BodyForm = 'events' | 'lines';

/** What others call NDJSON. */
const OTHER_LINES = ['application/x-jsonlines', 'application/jsonlines', 'application/stream+json'];

const ADVICE: Readonly<Record<BodyForm, string>> = {
  events: '; it can be taken as events',
  lines: '; it can be taken as lines',
};

/** The value of `Accept`. */
export function acceptFor(as: BodyForm): string {
  return mediaTypesOf(as).join(', ');
}

/** Why the body of an answer can't be read, as the end of a sentence that begins with who answers; undefined if it can be. */
export function bodyFault(headers: IncomingHttpHeaders, as: BodyForm): string | undefined {
  const type = mediaType(headers);
  const encoding = headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  if (!isOf(as, type)) {
    const other = as === 'events' ? 'lines' : 'events';
    const advice = isOf(other, type) ? ADVICE[other] : '';
    return `${nameOf(type)} where ${mediaTypesOf(as)[0]} was asked for${advice}`;
  }
  return encoding === 'identity'
    ? undefined
    : `a body that is compressed (${encoding}), which was not asked for`;
}

/** Whether the text of an answer may say what it is. */
export function isText(headers: IncomingHttpHeaders): boolean {
  return ['text/html', 'text/plain', 'application/xhtml+xml'].includes(mediaType(headers));
}

/** The first one is what is asked for first. */
function mediaTypesOf(as: BodyForm): readonly string[] {
  return responseForms(true).find(({ kind }) => kind === as)?.mediaTypes ?? [];
}

function isOf(as: BodyForm, type: string): boolean {
  return mediaTypesOf(as).includes(type) || (as === 'lines' && OTHER_LINES.includes(type));
}

function mediaType(headers: IncomingHttpHeaders): string {
  return headers['content-type']?.split(';')[0]?.trim().toLowerCase() ?? '';
}

function nameOf(type: string): string {
  if (type === '') return 'no Content-Type';
  return type === 'text/html' || type === 'application/xhtml+xml' ? `a page of HTML (${type})` : type;
}
