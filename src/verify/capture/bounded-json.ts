/** No message of a stream is as long, however its JSON is reserialised: those of `arrays` have at most 1.4 MB. */
export const MAXIMUM_MESSAGE_BYTES = 16_777_216;
/** The most arrays and objects in one value: each takes some 60 bytes of memory, for as little as one byte of text. */
const MAXIMUM_CONTAINERS = 200_000;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENING_BRACKET = 0x5b;
const OPENING_BRACE = 0x7b;
const OPENINGS: ReadonlySet<number | undefined> = new Set([OPENING_BRACKET, OPENING_BRACE, QUOTE]);
const SPACES: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d]);

const decoder = new TextDecoder('utf-8', { fatal: true });

/** Parses an object, list or string in UTF-8; undefined if it is none, or could take far more memory than its text. */
export function parseBounded(json: Uint8Array): unknown {
  // Anything else is no message, and an exception costs far more than this look.
  if (!OPENINGS.has(json.find((byte) => !SPACES.has(byte)))) return undefined;
  if (json.length > MAXIMUM_CONTAINERS && hasTooManyContainers(json)) return undefined;
  try {
    return JSON.parse(decoder.decode(json)) as unknown;
  } catch {
    return undefined;
  }
}

/** Brackets inside strings are not counted: they are text, and take no more memory than that. */
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
