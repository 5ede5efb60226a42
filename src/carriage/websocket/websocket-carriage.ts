import type { Link } from '../../session/link.ts';
import { SUBPROTOCOL } from '../../session/messages.ts';
import type { OpenOutput } from '../../session/run/run-output.ts';
import type { DialAddress } from '../address-round.ts';
import {
  type Carriage,
  type Connection,
  type Dial,
  type OpenListener,
  WEBSOCKET_LINK,
} from '../connection.ts';

/** Carries a run over WebSocket: turns each request into a URL and a subprotocol. */
export class WebSocketCarriage implements Carriage {
  readonly link: Link;
  readonly #address: DialAddress;
  readonly #owner: { readonly client: string; readonly token: string };
  readonly #dial: Dial;

  /** @param owner the run's name, and the token that lets each later connection take it over */
  constructor(
    address: DialAddress,
    owner: { client: string; token: string },
    dial: Dial,
    link: Link = WEBSOCKET_LINK,
  ) {
    this.link = link;
    this.#address = address;
    this.#owner = owner;
    this.#dial = dial;
  }

  open({ from, count, proof, first }: Omit<OpenOutput, 'type'>, listener: OpenListener): Connection {
    const url = this.#address.dialUrl({ ...this.#owner, from, count });
    const subprotocol = proof ? SUBPROTOCOL : undefined;
    return this.#dial(
      { url, subprotocol, probe: first },
      {
        opened: (picked) => listener.opened(picked === SUBPROTOCOL),
        failed: (failure) => listener.failed(failure),
        messages: (batch) => listener.messages(batch),
        heard: () => listener.heard(),
        closed: (code, reason, own) => listener.closed(code, reason, own),
      },
    );
  }
}
