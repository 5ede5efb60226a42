import type { Carriage } from '../carriage/connection.ts';
import { HttpCarriage } from '../carriage/http/http-carriage.ts';
import { nodePlatform } from '../carriage/http/node-platform.ts';
import { NatsCarriage } from '../carriage/nats/nats-carriage.ts';
import { dialWebSocket } from '../carriage/websocket/dial.ts';
import { WebSocketCarriage } from '../carriage/websocket/websocket-carriage.ts';
import { LIMITS } from '../session/limits.ts';
import type { ConnectOptions } from './connect-options.ts';
import type { RunSetup } from './run/run-setup.ts';

/** What a run brings along, whichever carriage it takes. */
type Traveller = Pick<RunSetup, 'addresses' | 'nats' | 'client' | 'token' | 'authorization' | 'as'> & {
  readonly options: ConnectOptions;
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
  'nats:': overNats,
  'tls:': overNats,
};

/** @param lastEventId where an earlier process of the run has come to, if its server said so */
export function carriageOf(
  { addresses, nats, client, token, authorization, as }: RunSetup,
  options: ConnectOptions,
  lastEventId?: string,
): Carriage {
  const carriage = CARRIAGES[addresses.first.scheme];
  if (carriage === undefined) throw new Error(`no carriage for ${addresses.first.scheme}`);
  return carriage({ addresses, nats, client, token, authorization, as, options, lastEventId });
}

function overWebSocket({ addresses, client, token, authorization, options }: Traveller): Carriage {
  const { ca } = options;
  return new WebSocketCarriage(addresses, { client, token }, (request, listener) =>
    dialWebSocket(request, { ...LIMITS_OF_ALL, authorization, ca }, listener),
  );
}

function overHttp(traveller: Traveller): Carriage {
  const { addresses, client, token, authorization, as = 'events', lastEventId } = traveller;
  const { ca } = traveller.options;
  const { eventIdBytes } = LIMITS;
  return new HttpCarriage(
    addresses,
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

function overNats({ nats: address, client, token, options, lastEventId }: Traveller): Carriage {
  const { subject } = address ?? {};
  if (address === undefined || subject === undefined) throw new Error('an address of NATS has a subject');
  const target = { address, access: options.nats ?? {}, name: `tidemark client ${client}` };
  return new NatsCarriage({ nats: target, subject, client, token, stream: options.stream }, lastEventId);
}
