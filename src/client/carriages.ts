import type { Carriage } from '../carriage/connection.ts';
import { HttpCarriage } from '../carriage/http/http-carriage.ts';
import { nodePlatform } from '../carriage/http/node-platform.ts';
import { dialWebSocket } from '../carriage/websocket/dial.ts';
import { WebSocketCarriage } from '../carriage/websocket/websocket-carriage.ts';
import { LIMITS } from '../session/limits.ts';
import type { RunSetup } from './run/run-setup.ts';

/** What a run brings along, whichever carriage it takes. */
type Traveller = Pick<RunSetup, 'address' | 'client' | 'token' | 'authorization' | 'as'> & {
  readonly ca: string | undefined;
  readonly lastEventId: string | undefined;
};

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

/** @param lastEventId where an earlier process of the run has come to, if its server said so */
export function carriageOf(
  { address, client, token, authorization, as }: RunSetup,
  ca?: string,
  lastEventId?: string,
): Carriage {
  const carriage = CARRIAGES[address.scheme];
  if (carriage === undefined) throw new Error(`no carriage for ${address.scheme}`);
  return carriage({ address, client, token, authorization, as, ca, lastEventId });
}

function overWebSocket({ address, client, token, authorization, ca }: Traveller): Carriage {
  return new WebSocketCarriage(address, { client, token }, (request, listener) =>
    dialWebSocket(request, { ...LIMITS_OF_ALL, authorization, ca }, listener),
  );
}

function overHttp(traveller: Traveller): Carriage {
  const { address, client, token, authorization, ca, as = 'events', lastEventId } = traveller;
  const { eventIdBytes } = LIMITS;
  return new HttpCarriage(
    address,
    { client, token },
    {
      ...LIMITS_OF_ALL,
      eventIdBytes,
      platform: nodePlatform({ authorization, ca }),
      as,
    },
    lastEventId,
  );
}
