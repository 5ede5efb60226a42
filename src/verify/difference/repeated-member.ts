import type { Difference } from './difference.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;

/** Finds a member that appears twice: our JSON parser takes the last one, others may take the first. */
export function memberThereTwice(line: Uint8Array, value: unknown): Difference | undefined {
  const [found, expected] = [membersInText(line), membersOf(value)];
  if (found === expected) return undefined;
  return { field: '', byte: null, expected: `${expected} members`, received: `${found}, one of them twice` };
}

/** How many members all objects of a JSON text have; a repeated one is counted each time. */
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

/** The same for a parsed value, where each member is there once. It may be nested arbitrarily deep. */
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
