import { expect, test } from 'vitest';
import { mostAccepted } from '../../../src/carriage/http/accept.ts';

const OFFERED = ['application/x-ndjson', 'text/event-stream', 'application/json'];

test.each([
  [undefined, 'application/x-ndjson'],
  ['', 'application/x-ndjson'],
  ['*/*', 'application/x-ndjson'],
  ['text/event-stream', 'text/event-stream'],
  ['TEXT/Event-Stream; charset=utf-8', 'text/event-stream'],
  ['text/*', 'text/event-stream'],
  ['text/html, */*;q=0.1', 'application/x-ndjson'],
  ['application/json;q=0.4, text/event-stream;q=0.5', 'text/event-stream'],
  ['application/json , text/event-stream', 'application/json'],
  ['text/event-stream, application/json', 'text/event-stream'],
  ['*/*, application/json', 'application/json'],
  ['application/x-ndjson;q=0, */*', 'text/event-stream'],
  ['application/x-ndjson; q=0.2, application/*;q=0.9', 'application/json'],
  ['application/json;q=2', undefined],
  ['application/json;q=x', undefined],
  ['application/json;q=0', undefined],
  ['image/png', undefined],
  ['nonsense', undefined],
  ['nonsense, application/json', 'application/json'],
])('Accept: %s prefers %s', (accept, expected) => {
  expect(mostAccepted(accept, OFFERED)).toBe(expected);
});
