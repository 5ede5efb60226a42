import type { Link } from '../../session/link.ts';
import { SUBPROTOCOL } from '../../session/messages.ts';
import type { OpenOutput } from '../../session/run/run-output.ts';
import type { DialAddress } from '../address-round.ts';
import { type Carriage, type Connection, type OpenListener, responseLink } from '../connection.ts';
import { DialledResponse, type HttpOptions, type Remembered } from './dialled-response.ts';

/** Carries a run over HTTP: requests a response with its messages, and posts its reports. */
export class HttpCarriage implements Carriage {
  readonly link: Link = responseLink(true);
  readonly #address: DialAddress;
  readonly #owner: { readonly client: string; readonly token: string };
  readonly #options: HttpOptions;
  readonly #remembered: Remembered;
  #response: DialledResponse | undefined;

  /**
   * @param owner the run's name, and the token that lets each later connection take it over
   * @param lastEventId where an earlier process of the run has come to, by the words of a server that does not speak Tidemark
   */
  constructor(
    address: DialAddress,
    owner: { client: string; token: string },
    options: HttpOptions,
    lastEventId = '',
  ) {
    this.#remembered = { lastEventId, retryMs: undefined };
    this.#address = address;
    this.#owner = owner;
    this.#options = options;
  }

  get lastEventId(): string {
    return this.#response?.lastEventId ?? this.#remembered.lastEventId;
  }

  open({ from, count, proof, first }: Omit<OpenOutput, 'type'>, listener: OpenListener): Connection {
    const url = new URL(this.#address.dialUrl({ ...this.#owner, from, count }));
    if (proof) url.searchParams.set('speak', SUBPROTOCOL);
    const request = { url: url.href, proof, probe: first };
    this.#response = new DialledResponse(request, this.#options, this.#remembered, listener);
    return this.#response;
  }
}
