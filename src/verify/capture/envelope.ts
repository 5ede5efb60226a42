/** Where a message is inside somebody's JSON envelope, and how it is written there. */
export interface EnvelopePlace {
  /** A filter of jq, as in `.log` or `.records[].value`. */
  readonly filter: string;
  readonly as: 'object' | 'string' | 'base64';
}

const MESSAGE_START = /^\s*\{\s*"seq"\s*:/;
/** `{"seq":` in base64. */
const BASE64_START = 'eyJzZXEiO';
const DEPTH = 5;
/** The most members of an object, or items of an array, that are searched. */
const WIDTH = 100;

/** Finds the first message inside a value that is none itself. */
export function placeInEnvelope(
  value: unknown,
  filter = '',
  depth: number = DEPTH,
): EnvelopePlace | undefined {
  if (typeof value === 'string') {
    if (MESSAGE_START.test(value)) return { filter, as: 'string' };
    return value.startsWith(BASE64_START) ? { filter, as: 'base64' } : undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  if (filter !== '' && 'seq' in value && Number.isSafeInteger(value.seq)) return { filter, as: 'object' };
  if (depth === 0) return undefined;
  for (const [key, below] of Object.entries(value).slice(0, WIDTH)) {
    const place = placeInEnvelope(
      below,
      `${filter}${Array.isArray(value) ? '[]' : memberFilter(key)}`,
      depth - 1,
    );
    if (place !== undefined) return place;
  }
  return undefined;
}

function memberFilter(key: string): string {
  return /^[A-Za-z_]\w{0,63}$/.test(key) ? `.${key}` : `.[${JSON.stringify(key.slice(0, 64))}]`;
}
