import type { Departure } from '../../../src/server/clients/presence.ts';
import { grouped, plural } from '../../../src/wording/figures.ts';

/** Reasons that nobody wants. */
const BAD: readonly Departure['reason'][] = ['lost', 'silent', 'refused'];

export function isBad({ reason }: Departure): boolean {
  return BAD.includes(reason);
}

/** How many of the last departures nobody wanted; a client that is lost again and again is among them as often. */
export function lostText(left: readonly Departure[]): string {
  const lost = left.filter(isBad).length;
  return lost > 0 ? `${plural(lost, 'connection')} lost, of the last ${grouped(left.length)}` : '';
}
