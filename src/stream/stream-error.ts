import { quoted } from '../wording/secrets.ts';

/** Why a stream name or a request was not understood. */
export type StreamErrorCode = 'unknown_stream' | 'unknown_parameter' | 'bad_parameter';

/** A stream name or parameter that cannot be served. The message says what was expected and what came. */
export class StreamError extends Error {
  readonly code: StreamErrorCode;

  constructor(code: StreamErrorCode, message: string) {
    super(message);
    this.name = 'StreamError';
    this.code = code;
  }
}

/** Refuses a parameter: names it, says what it may be, and quotes what came, shortened. */
export function badParameter(name: string, expected: string, came: string): StreamError {
  return new StreamError('bad_parameter', `${name} must be ${expected}, got ${quoted(came)}`);
}
