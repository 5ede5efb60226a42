import type { Advice, Advised } from '../../wording/advice.ts';
import type { HeaderFields } from '../header-fields.ts';
import { responseForms } from './response-form.ts';

/** The forms that a client can ask for: server-sent events, or NDJSON. */
export type BodyForm = 'events' | 'lines';

/** Other names for NDJSON. */
const OTHER_LINES = ['application/x-jsonlines', 'application/jsonlines', 'application/stream+json'];

const ADVICE: Readonly<Record<BodyForm, Advice>> = { events: 'as_events', lines: 'as_lines' };

/** The value of `Accept`. */
export function acceptFor(as: BodyForm): string {
  return mediaTypesOf(as).join(', ');
}

/** Why a response's body can't be read, as the end of a sentence that begins with who answers; undefined if it can. */
export function bodyFault(headers: HeaderFields, as: BodyForm): Advised | undefined {
  const type = mediaType(headers);
  const encoding = headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  if (!isOf(as, type)) {
    const other = as === 'events' ? 'lines' : 'events';
    const fault = `${nameOf(type)} where ${mediaTypesOf(as)[0]} was asked for`;
    if (!isOf(other, type)) return { sentence: fault };
    return { sentence: `${fault}; it can be taken as ${other}`, advice: ADVICE[other] };
  }
  if (encoding === 'identity') return undefined;
  return { sentence: `a body that is compressed (${encoding}), which was not asked for` };
}

/** Whether the response is text that may explain itself. */
export function isText(headers: HeaderFields): boolean {
  return ['text/html', 'text/plain', 'application/xhtml+xml'].includes(mediaType(headers));
}

/** The media types of a form, the usual one first. */
function mediaTypesOf(as: BodyForm): readonly string[] {
  return responseForms(true).find(({ kind }) => kind === as)?.mediaTypes ?? [];
}

function isOf(as: BodyForm, type: string): boolean {
  return mediaTypesOf(as).includes(type) || (as === 'lines' && OTHER_LINES.includes(type));
}

function mediaType(headers: HeaderFields): string {
  return headers['content-type']?.split(';')[0]?.trim().toLowerCase() ?? '';
}

function nameOf(type: string): string {
  if (type === '') return 'no Content-Type';
  return type === 'text/html' || type === 'application/xhtml+xml' ? `a page of HTML (${type})` : type;
}
