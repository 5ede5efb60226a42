/** No message of a stream is as long, however its JSON was written anew: those of `arrays` have 1.4 MB at most. */
export const MAXIMUM_MESSAGE_BYTES = 16_777_216;
/** Arrays and objects of one value: each takes some 60 bytes, and may be one byte of text. */
const MAXIMUM_CONTAINERS = 200_000;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENING_BRACKET = 0x5b;
const OPENING_BRACE = 0x7b;
const OPENINGS: ReadonlySet<number | undefined> = new Set([OPENING_BRACKET, OPENING_BRACE, QUOTE]);
const SPACES: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d]);

const decoder = new TextDecoder('utf-8', { fatal: true });

/** The object, list or string of a JSON text in UTF-8; undefined if it is none, or could take far more memory than its text. */
export function parseBounded(json: Uint8Array): unknown {
  // What begins as none of these is no message, and an error costs far more than a look.
  if (!OPENINGS.has(json.find((byte) => !SPACES.has(byte)))) return undefined;
  if (json.length > MAXIMUM_CONTAINERS && hasTooManyContainers(json)) return undefined;
  try {
    return JSON.parse(decoder.decode(json)) as unknown;
  } catch {
    return undefined;
  }
}

/** Those in strings are text, and take no more memory than that. */
function hasTooManyContainers(json: Uint8Array): boolean {
  let containers = 0;
  let inString = false;
  for (let at = 0; at < json.length; at++) {
    const byte = json[at];
    if (byte === QUOTE) inString = !inString;
    else if (inString && byte === BACKSLASH) at++;
    else if (!inString && (byte === OPENING_BRACKET || byte === OPENING_BRACE)) containers++;
  }
  return containers > MAXIMUM_CONTAINERS;
}
