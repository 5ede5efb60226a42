import { badParameter } from '../stream/stream-error.ts';
import { LIMITS } from './limits.ts';

const PATTERN = /^[\p{L}\p{N}][\p{L}\p{N}._@-]*$/u;

/**
 * Checks a client's name, which is printed and logged: letters, digits and `._@-`, beginning with one of the first
 * two, so that no name can move a cursor or forge a line.
 *
 * @throws StreamError `bad_parameter`
 */
export function parseClientName(text: string): string {
  if (!PATTERN.test(text) || text.length > LIMITS.clientNameCharacters) {
    throw badParameter('client', `1 to ${LIMITS.clientNameCharacters} letters, digits or ._@-`, text);
  }
  return text;
}
