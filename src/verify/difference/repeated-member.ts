import type { Difference } from './difference.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;

/** A member that is there twice: the reader of a line takes the last of them, and others may take the first. */
export function memberThereTwice(line: Uint8Array, value: unknown): Difference | undefined {
  const [found, expected] = [membersInText(line), membersOf(value)];
  if (found === expected) return undefined;
  return { field: '', byte: null, expected: `${expected} members`, received: `${found}, one of them twice` };
}

/** How many members the objects of a JSON text have, all together: one that is there twice counts twice. */
function membersInText(json: Uint8Array): number {
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

/** The same of a value that was parsed, in which each is there once. It may be nested as deep as it likes. */
function membersOf(value: unknown): number {
  let members = 0;
  const left = [value];
  while (left.length > 0) {
    const next = left.pop();
    if (typeof next !== 'object' || next === null) continue;
    const below: readonly unknown[] = Array.isArray(next) ? next : Object.values(next);
    if (!Array.isArray(next)) members += below.length;
    for (const each of below) if (typeof each === 'object') left.push(each);
  }
  return members;
}
