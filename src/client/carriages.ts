import type { ClientAddress } from '../carriage/client-address.ts';
import type { Carriage } from '../carriage/connection.ts';
import { HttpCarriage } from '../carriage/http/http-carriage.ts';
import type { BodyForm } from '../carriage/http/response-fault.ts';
import { dialWebSocket } from '../carriage/websocket/dial.ts';
import { WebSocketCarriage } from '../carriage/websocket/websocket-carriage.ts';
import { LIMITS } from '../session/limits.ts';
import { badOption, conflictingOption } from '../wording/usage-error.ts';

/** What a run brings along, whichever carriage it takes. */
export interface Traveller {
  readonly address: ClientAddress;
  /** The run's name, and what lets each later connection take it over. */
  readonly owner: { readonly client: string; readonly token: string };
  readonly authorization: string | undefined;
  readonly ca: string | undefined;
  readonly as: BodyForm | undefined;
}

const LIMITS_OF_ALL = {
  maximumMessageBytes: LIMITS.outboundMessageBytes,
  mostUnsentBytes: LIMITS.unsentBytes,
};

/** The carriage for each scheme of a URL. */
const CARRIAGES: Readonly<Record<string, (traveller: Traveller) => Carriage>> = {
  'ws:': overWebSocket,
  'wss:': overWebSocket,
  'http:': overHttp,
  'https:': overHttp,
};

export function carriageOf(traveller: Traveller): Carriage {
  const carriage = CARRIAGES[traveller.address.scheme];
  if (carriage === undefined) throw new Error(`no carriage for ${traveller.address.scheme}`);
  return carriage(traveller);
}

/**
 * How messages are requested: undefined over WebSocket, which has one form.
 *
 * @param given the option
 * @param kept the option of an earlier process of the run, maybe for another address
 */
export function bodyFormOf(
  { scheme }: ClientAddress,
  given: string | undefined,
  kept: unknown,
): BodyForm | undefined {
  if (given !== undefined && given !== 'events' && given !== 'lines')
    throw badOption('as', 'events or lines', given);
  if (CARRIAGES[scheme] === overHttp) return given ?? (kept === 'lines' ? kept : 'events');
  if (given !== undefined) throw conflictingOption('as', () => `with a ${scheme}// address`, given);
  return undefined;
}

function overWebSocket({ address, owner, authorization, ca }: Traveller): Carriage {
  return new WebSocketCarriage(address, owner, (request, listener) =>
    dialWebSocket(request, { ...LIMITS_OF_ALL, authorization, ca }, listener),
  );
}

function overHttp({ address, owner, authorization, ca, as = 'events' }: Traveller): Carriage {
  const { eventIdBytes } = LIMITS;
  return new HttpCarriage(address, owner, { ...LIMITS_OF_ALL, eventIdBytes, authorization, ca, as });
}
