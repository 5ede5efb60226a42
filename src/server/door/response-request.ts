import { mostAccepted } from '../../carriage/http/accept.ts';
import { type ResponseForm, responseForms } from '../../carriage/http/response-form.ts';
import { SUBPROTOCOL } from '../../session/messages.ts';
import type { StreamRequest } from '../../session/stream-request.ts';
import { LAST_SEQ } from '../../stream/stream.ts';
import { badParameter } from '../../stream/stream-error.ts';
import { quoted } from '../../wording/secrets.ts';
import type { HttpAnswer } from '../request/http-answer.ts';
import { Refusal } from '../request/refusal.ts';
import type { Request } from '../request/request.ts';
import type { StreamAsked } from './admission.ts';

/** The answer to a client that has had everything: 204 stops an EventSource, which retries after any other answer. */
const HAD_ALL: HttpAnswer = { status: 204, sentence: '' };

/** Completes a request for a stream over HTTP by what its headers say: the form, and where to resume. */
export function inResponse(
  request: StreamRequest,
  { headers, speak }: Request,
): StreamAsked | { readonly kind: 'answer'; readonly answer: HttpAnswer } | Refusal {
  if (speak !== undefined && speak !== SUBPROTOCOL) throw badParameter('speak', SUBPROTOCOL, speak);
  const form = acceptedForm(request, headers.accept);
  if (form instanceof Refusal) return form;
  const { 'last-event-id': lastId = '' } = headers;
  if (form.kind !== 'events' || lastId === '') return { request, form };
  const resumed = resume(request, String(lastId));
  return resumed === undefined ? { kind: 'answer', answer: HAD_ALL } : { request: resumed, form };
}

/** @throws StreamError for a stream or a count that can't be served in the accepted form */
function acceptedForm({ stream, count }: StreamRequest, accept: string | undefined): ResponseForm | Refusal {
  const forms = responseForms(stream.text);
  const mediaType = mostAccepted(
    accept,
    forms.flatMap((each) => each.mediaTypes),
  );
  const form = forms.find((each) => each.mediaTypes.some((known) => known === mediaType));
  if (form === undefined) {
    const types = forms.map((each) => each.mediaTypes[0]).join(', ');
    return new Refusal({
      status: 406,
      sentence: `${stream.name} can be had as ${types}, not as ${quoted(accept ?? '')}`,
    });
  }
  if (form.kind === 'file') checkFile(stream, count);
  if (form.kind === 'array' && count === undefined) {
    throw badParameter('count', 'given for a JSON array, which has to end', 'none');
  }
  return form;
}

/** Nothing separates binary messages in a response, so only a single one, which is a file, can be served. */
function checkFile({ name }: StreamRequest['stream'], count: number | undefined): void {
  if (!new URLSearchParams(name.split('?')[1]).getAll('encoding').includes('npy')) {
    throw badParameter('stream', 'one of text, or encoding=npy with count=1, over HTTP', name);
  }
  if (count !== 1) {
    throw badParameter(
      'count',
      '1 with encoding=npy over HTTP: a response is one file',
      String(count ?? 'none'),
    );
  }
}

/**
 * The rest of a request after the event with this id; it ends where the whole would have ended.
 *
 * @returns undefined if nothing is left
 * @throws StreamError for an id that no event has
 */
function resume(request: StreamRequest, lastId: string): StreamRequest | undefined {
  const last = /^(-1|0|[1-9]\d{0,15})$/.test(lastId) ? Number(lastId) : Number.NaN;
  if (!(last <= LAST_SEQ)) throw badParameter('Last-Event-ID', `a seq from -1 to ${LAST_SEQ}`, lastId);
  const from = last + 1;
  const { count } = request;
  if (count !== undefined && request.from === undefined) {
    throw badParameter('from', 'a seq with count and Last-Event-ID, or nobody knows where to end', 'live');
  }
  const end = count === undefined ? LAST_SEQ + 1 : (request.from ?? 0) + count;
  if (from >= end) return undefined;
  return { ...request, from, count: count === undefined ? undefined : end - from };
}
