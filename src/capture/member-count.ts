const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;

/** How many members the objects of a JSON text have, all together: one that is there twice counts twice. */
export function membersInText(json: Uint8Array): number {
  let members = 0;
  let inString = false;
  for (let index = 0; index < json.length; index++) {
    const byte = json[index];
    if (inString && byte === BACKSLASH) index++;
    else if (byte === QUOTE) inString = !inString;
    else if (byte === COLON && !inString) members++;
  }
  return members;
}

/** The same of a value that was parsed, in which each is there once. */
export function membersOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const below = Object.values(value).reduce<number>((total, item) => total + membersOf(item), 0);
  return below + (Array.isArray(value) ? 0 : Object.keys(value).length);
}
