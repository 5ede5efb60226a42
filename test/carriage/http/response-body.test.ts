import { expect, test } from 'vitest';
import { responseBody } from '../../../src/carriage/http/response-body.ts';
import { responseForms } from '../../../src/carriage/http/response-form.ts';
import { openStream } from '../../../src/stream/stream.ts';

test.each(responseForms(true))('messages cut into parts have the same $kind', (form) => {
  const stream = openStream('users');
  const framed = [0, 1, 2].map((seq) => stream.encode(seq, 1, form.framing).bytes);
  const whole = responseBody(form, 0, undefined);
  const text = (pieces: readonly (Uint8Array | string)[]) =>
    pieces.map((piece) => Buffer.from(piece).toString('latin1')).join('');
  const meant = text(framed.flatMap((message) => whole.pieces([message])));
  for (const partBytes of [1, 2, 50, 100, 1000]) {
    const body = responseBody(form, 0, undefined);
    const pieces = framed.flatMap((message, i) => {
      if (i === 1) return body.pieces([message]);
      const starts = Array.from(
        { length: Math.ceil(message.length / partBytes) },
        (_, part) => part * partBytes,
      );
      return starts.map((from) => body.part(message, from, Math.min(message.length, from + partBytes)));
    });
    expect(text(pieces)).toBe(meant);
  }
});
