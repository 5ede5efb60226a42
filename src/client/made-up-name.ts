import { TABLES } from '../stream/kinds/faker-tables.ts';

const FIRST_NAMES = TABLES['person.first_name.generic'];
const NUMBERS = 1000;

/** A readable name for a client without one, such as `robin-417`. */
export function madeUpName(): string {
  const name = FIRST_NAMES[Math.floor(Math.random() * FIRST_NAMES.length)] ?? 'client';
  return `${name.toLowerCase()}-${Math.floor(Math.random() * NUMBERS)}`;
}
