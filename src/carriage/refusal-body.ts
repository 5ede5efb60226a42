import type { IncomingMessage } from 'node:http';

/** The most that is read of the text of a refusal. */
const REFUSAL_BYTES = 4096;

/** Reads what an answer says that is of no other use, as far as it is worth it. What has come when it breaks off counts. */
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
