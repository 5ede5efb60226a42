/** A line of a block log, as far as a check of its messages needs it. */
export type LogLine =
  | { readonly run: { readonly stream: string | null; readonly from: number; readonly count: number | null } }
  | { readonly messages: readonly LoggedMessage[] };

interface LoggedMessage {
  readonly seq: number;
  readonly payload: Uint8Array;
  readonly text: boolean;
}

const START = new TextEncoder().encode('{"record":"');

/** Whether a line begins as those of a block log do, and no message does. */
export function isLogLine(bytes: Uint8Array, start: number, end: number): boolean {
  return end - start > START.length && START.every((byte, index) => bytes[start + index] === byte);
}

/** Reads a line of a block log; undefined if it is damaged. */
export function readLogLine(line: Uint8Array): LogLine | undefined {
  try {
    const record = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(line)) as Record<
      string,
      unknown
    >;
    if (record['record'] === 'run') return { run: runOf(record) };
    if (record['record'] === 'block' && Array.isArray(record['messages'])) {
      return { messages: record['messages'].map(messageOf) };
    }
  } catch {
    // Whatever is wrong with it, it is no line of a log.
  }
  return undefined;
}

function runOf({ stream, from, count }: Record<string, unknown>) {
  const named = stream === null || typeof stream === 'string' ? stream : wrong();
  return { stream: named, from: seqOf(from), count: count === null ? null : seqOf(count) };
}

function messageOf({ seq, data, data_base64 }: Record<string, unknown>): LoggedMessage {
  if (typeof data === 'string')
    return { seq: seqOf(seq), payload: new TextEncoder().encode(data), text: true };
  if (typeof data_base64 !== 'string') return wrong();
  const payload = Uint8Array.from(atob(data_base64), (character) => character.charCodeAt(0));
  return { seq: seqOf(seq), payload, text: false };
}

function seqOf(value: unknown): number {
  return Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : wrong();
}

function wrong(): never {
  throw new TypeError('not what a log has there');
}
