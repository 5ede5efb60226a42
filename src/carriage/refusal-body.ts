import type { IncomingMessage } from 'node:http';

/** How much of a refusal's text is read at most. */
const REFUSAL_BYTES = 4096;

/** Reads the text of a response that is shown only as a reason. If the response breaks off, what has arrived is used. */
export function readRefusal(response: IncomingMessage, done: (text: string) => void): void {
  let text = '';
  response.setEncoding('utf8');
  response.on('data', (chunk: string) => {
    text += chunk;
    if (text.length > REFUSAL_BYTES) response.destroy();
  });
  response.on('error', () => {});
  response.once('close', () => done(text.slice(0, REFUSAL_BYTES).trim()));
}
