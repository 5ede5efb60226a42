/** The most that is read of the text of a refusal. */
const REFUSAL_BYTES = 4096;

/** The part of an answer that is used here. */
interface RefusingAnswer {
  on(event: 'data', listener: (chunk: Uint8Array) => void): unknown;
  on(event: 'error' | 'close', listener: () => void): unknown;
  destroy(): unknown;
}

/** Reads what an answer says that is of no other use, as far as it is worth it. What has come when it breaks off counts. */
export function readRefusal(response: RefusingAnswer, done: (text: string) => void): void {
  const decoder = new TextDecoder();
  let text = '';
  response.on('data', (chunk) => {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > REFUSAL_BYTES) response.destroy();
  });
  response.on('error', () => {});
  response.on('close', () => done(text.slice(0, REFUSAL_BYTES).trim()));
}
