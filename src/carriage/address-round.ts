import type { ClientAddress } from './client-address.ts';

/** What a carriage has the URLs from that it dials. */
export type DialAddress = Pick<ClientAddress, 'dialUrl'>;

/** The addresses of a run: one or several servers of the same stream, which are dialled in turn. */
export class AddressRound implements DialAddress {
  readonly #addresses: readonly ClientAddress[];
  #dialled = -1;

  /** @param addresses at least one, all of which ask for the same */
  constructor(addresses: readonly ClientAddress[]) {
    this.#addresses = addresses;
  }

  get size(): number {
    return this.#addresses.length;
  }

  /** Says for all of them what the run asks for. */
  get first(): ClientAddress {
    return this.#addresses[0] as ClientAddress;
  }

  /** The index of the address that was dialled last. */
  get dialled(): number {
    return this.#dialled;
  }

  /** Goes on to the next address with each call. */
  dialUrl(next: Parameters<ClientAddress['dialUrl']>[0]): string {
    this.#dialled = (this.#dialled + 1) % this.size;
    return (this.#addresses[this.#dialled] as ClientAddress).dialUrl(next);
  }
}
