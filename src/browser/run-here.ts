import { LoadedCarriage } from '../carriage/browser/loaded-carriage.ts';
import { dialFromPage, type NativeWebSocket } from '../carriage/browser/page-websocket.ts';
import type { Carriage } from '../carriage/connection.ts';
import { PAGE_WEBSOCKET_LINK, responseLink } from '../carriage/connection.ts';
import type { BodyForm } from '../carriage/http/response-fault.ts';
import { WebSocketCarriage } from '../carriage/websocket/websocket-carriage.ts';
import { assembleRun, type RunParts } from '../client/run/assemble-run.ts';
import type { ClientRun } from '../client/run/client-run.ts';
import { CLIENT_DEFAULTS } from '../client/run/defaults.ts';
import type { RunOptions } from '../client/run/run-options.ts';
import { type RunSetup, resolveSetup } from '../client/run/run-setup.ts';
import { LIMITS } from '../session/limits.ts';
import { conflictingOption, UsageError } from '../wording/usage-error.ts';
import { pageClock } from './page-clock.ts';

/** What a browser has of what is used here, which the types of Node lack. */
declare const WebSocket: new (url: string, subprotocols: string[]) => NativeWebSocket;

/** A run that moves in this thread. @param parts made by who has more of Tidemark than every page needs */
export function runHere(
  url: string | readonly string[],
  options: RunOptions,
  parts: Pick<RunParts, 'check' | 'timing'> = {},
): ClientRun {
  const setup = setupOf(url, options);
  return assembleRun({ setup, options, carriage: carriageOf(setup), host: pageClock, ...parts });
}

export function setupOf(url: string | readonly string[], options: RunOptions): RunSetup {
  return resolveSetup(url, options, {
    client: madeUpName,
    token: () => Array.from(crypto.getRandomValues(new Uint8Array(16)), hexOf).join(''),
    block: CLIENT_DEFAULTS.block,
    count: undefined,
    as: undefined,
  });
}

function carriageOf(setup: RunSetup): Carriage {
  return setup.as === undefined ? overWebSocket(setup) : overHttp(setup, setup.as);
}

/** A file of its own: most pages need none of it. */
function overHttp(setup: RunSetup, as: BodyForm): Carriage {
  const { outboundMessageBytes, unsentBytes, eventIdBytes } = LIMITS;
  const limits = { maximumMessageBytes: outboundMessageBytes, eventIdBytes, mostUnsentBytes: unsentBytes };
  return new LoadedCarriage(responseLink(true), async () =>
    (await import('../carriage/browser/page-http.ts')).pageHttp({ ...setup, ...limits, as }),
  );
}

function overWebSocket({ addresses, client, token, accessToken, authorization, plain }: RunSetup): Carriage {
  if (accessToken === undefined && authorization !== undefined) {
    throw new UsageError(
      'conflicting_option',
      'url',
      (nameOf) => `${nameOf('url')} must be without user and password: a page can't send them over WebSocket`,
    );
  }
  if (plain && accessToken !== undefined) {
    const why = (nameOf: (option: string) => string) =>
      `with ${nameOf('plain')} over WebSocket: a page can only send it in the URL`;
    throw conflictingOption('accessToken', why, 'a token');
  }
  const { outboundMessageBytes, unsentBytes } = LIMITS;
  return new WebSocketCarriage(
    addresses,
    { client, token },
    (request, listener) =>
      dialFromPage(
        request,
        {
          accessToken,
          maximumMessageBytes: outboundMessageBytes,
          mostWaitingBytes: unsentBytes,
          open: (target, subprotocols) => new WebSocket(target, subprotocols),
        },
        listener,
      ),
    PAGE_WEBSOCKET_LINK,
  );
}

/** A name for a client without one, such as `tab-k3f9x2`: the names of people would make the page larger. */
function madeUpName(): string {
  return `tab-${Math.random().toString(36).slice(2, 8)}`;
}

function hexOf(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}
