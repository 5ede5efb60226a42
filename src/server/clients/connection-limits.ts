import { isIPv6, type Socket } from 'node:net';
import { ChurnMap } from '../../host/churn-map.ts';
import { Deadlines } from '../../host/deadlines.ts';
import { TurnAddress, TurnTaker } from '../../host/turns.ts';
import { ACCESS_LIMITS } from '../options/access-limits.ts';

/** The counts of one address. */
interface Address {
  readonly name: string;
  sockets: number;
  clients: number;
  /** Its sockets that wait for a request, by peer. */
  readonly waiting: ChurnMap<string, OpenSocket>;
  /** The share of turns of all its clients together. */
  readonly turns: TurnAddress;
}

/** A socket, until it closes. It waits for a request: its first one, or the next one once an answer has been sent. */
interface OpenSocket {
  readonly peer: string;
  readonly socket: Socket;
  readonly address: Address;
  /** Whether it was kept open after an answer, and waits for the next request. */
  isKept: boolean;
  /** Whether it is no longer counted. */
  gone: boolean;
}

/**
 * Counts sockets and clients, in all and by address, and keeps each count within its limit.
 *
 * A client beyond the limit is told so. For a socket beyond the limit, the socket that has been in its handshake longest is dropped,
 * since an honest handshake takes milliseconds; if there is none, the new one is. An address reaches its own limits before the
 * server reaches its, so that one address can't shut out the others.
 */
export class ConnectionLimits {
  readonly #maxClients: number;
  readonly #maxClientsPerAddress: number;
  readonly #addresses = new ChurnMap<string, Address>();
  /** All sockets that wait for a request, by peer. */
  readonly #waiting = new ChurnMap<string, OpenSocket>();
  readonly #late: Deadlines<OpenSocket>;
  readonly #tooLate: Deadlines<OpenSocket>;
  readonly #kept: Deadlines<OpenSocket>;
  #sockets = 0;
  #clients = 0;
  #closed = false;

  /** @param late called with a socket whose handshake takes too long, shortly before it is dropped */
  constructor(maxClients: number, maxClientsPerAddress: number, late: (socket: Socket) => void = () => {}) {
    this.#maxClients = maxClients;
    this.#maxClientsPerAddress = maxClientsPerAddress;
    const drop = (opened: OpenSocket) => this.#drop(opened);
    this.#late = new Deadlines(ACCESS_LIMITS.handshakeMs, ({ socket }) => late(socket));
    this.#tooLate = new Deadlines(ACCESS_LIMITS.socketMs, drop);
    this.#kept = new Deadlines(ACCESS_LIMITS.handshakeMs, drop);
  }

  get sockets(): number {
    return this.#sockets;
  }

  /** Counts an accepted socket, or drops it or an older one. */
  opened(socket: Socket): void {
    const peer = peerOf(socket);
    const before = this.#waiting.get(peer);
    if (before !== undefined) this.#drop(before); // it has ended, though Node has not said so yet: the peer's port is reused
    const address = this.#address(socket.remoteAddress);
    const { spareSockets } = ACCESS_LIMITS;
    const crowd =
      address.sockets >= this.#maxClientsPerAddress + spareSockets
        ? address.waiting
        : this.#sockets >= this.#maxClients + spareSockets
          ? this.#waiting
          : undefined;
    if (crowd !== undefined) {
      const [, longest] = crowd.first ?? [];
      if (longest === undefined) {
        socket.destroy();
        return this.#forgetIfUnused(address);
      }
      this.#drop(longest);
    }
    this.#sockets++;
    address.sockets++;
    const opened: OpenSocket = { peer, socket, address, isKept: false, gone: false };
    this.#wait(opened);
    this.#expectRequest(opened);
    socket.on('close', () => this.#release(opened)); // `once` would cost two more objects for each socket, and `close` comes only once
  }

  /** Notes that the next request has begun on a socket that was kept open: it gets the same deadline as the first. */
  asking(socket: Socket): void {
    const waiting = this.#waiting.get(peerOf(socket));
    if (waiting?.isKept) this.#expectRequest(waiting);
  }

  /**
   * Notes that a request has arrived on a socket, which ends its deadline. The socket is found by its peer: over TLS it is another
   * object than the one that was opened.
   *
   * @returns a function to call once the request is answered, if the socket is kept open. It then waits for the next request, and is
   *   counted, evicted and dropped like one just opened
   */
  asked(socket: Socket): () => void {
    const waiting = this.#waiting.get(peerOf(socket));
    if (waiting === undefined) return () => {};
    this.#noLongerWaits(waiting);
    return () => this.#keep(waiting);
  }

  /** @returns why one more client of this address can't be admitted, as a sentence; undefined if it can */
  fault(remoteAddress: string | undefined): string | undefined {
    if (this.#clients >= this.#maxClients) {
      return `the server has all of its ${this.#maxClients} clients: try again later`;
    }
    const { clients = 0 } = this.#addresses.get(addressName(remoteAddress)) ?? {};
    if (clients < this.#maxClientsPerAddress) return undefined;
    return `the server has all of the ${this.#maxClientsPerAddress} clients that one address may have: try again later`;
  }

  /** Returns a taker of turns for one more connection of this address. */
  turns(remoteAddress: string | undefined): TurnTaker {
    return new TurnTaker(this.#address(remoteAddress).turns);
  }

  /** Counts a client until `left`. */
  entered(remoteAddress: string | undefined): void {
    this.#clients++;
    this.#address(remoteAddress).clients++;
  }

  left(remoteAddress: string | undefined): void {
    const address = this.#address(remoteAddress);
    this.#clients--;
    address.clients--;
    this.#forgetIfUnused(address);
  }

  /** Drops every socket on which no request has arrived. */
  close(): void {
    this.#closed = true;
    for (const waiting of this.#waiting.values()) this.#drop(waiting);
  }

  #wait(opened: OpenSocket): void {
    opened.address.waiting.set(opened.peer, opened);
    this.#waiting.set(opened.peer, opened);
  }

  #expectRequest(waiting: OpenSocket): void {
    waiting.isKept = false;
    this.#kept.remove(waiting);
    this.#late.add(waiting);
    this.#tooLate.add(waiting);
  }

  #keep(answered: OpenSocket): void {
    if (answered.gone) return;
    if (this.#closed) return this.#drop(answered);
    answered.isKept = true;
    this.#kept.add(answered);
    this.#wait(answered);
  }

  #drop(opened: OpenSocket): void {
    this.#release(opened); // before `close`, so that it is not counted or chosen again
    opened.socket.destroy();
  }

  #release(opened: OpenSocket): void {
    if (opened.gone) return;
    opened.gone = true;
    this.#sockets--;
    opened.address.sockets--;
    this.#noLongerWaits(opened);
    this.#forgetIfUnused(opened.address);
  }

  #noLongerWaits(waiting: OpenSocket): void {
    if (this.#waiting.get(waiting.peer) !== waiting) return;
    this.#waiting.delete(waiting.peer);
    waiting.address.waiting.delete(waiting.peer);
    for (const each of [this.#late, this.#tooLate, this.#kept]) each.remove(waiting);
  }

  #address(remoteAddress: string | undefined): Address {
    const name = addressName(remoteAddress);
    let address = this.#addresses.get(name);
    if (address === undefined) {
      address = { name, sockets: 0, clients: 0, waiting: new ChurnMap(), turns: new TurnAddress() };
      this.#addresses.set(name, address);
    }
    return address;
  }

  #forgetIfUnused(address: Address): void {
    if (address.sockets > 0 || address.clients > 0) return;
    if (this.#addresses.get(address.name) === address) this.#addresses.delete(address.name);
  }
}

/**
 * The address that a peer is counted under: for IPv4, also in its IPv6-mapped form, the address; for IPv6 its /64 network, since
 * whoever has one address of it has them all.
 */
export function addressName(remoteAddress = 'unknown'): string {
  const [, ofIpv4] = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(remoteAddress) ?? [];
  if (ofIpv4 !== undefined) return ofIpv4;
  if (!isIPv6(remoteAddress)) return remoteAddress;
  const { hostname } = new URL(`http://[${remoteAddress.split('%')[0]}]/`);
  const [front = '', back] = hostname.slice(1, -1).split('::');
  const groups = front === '' ? [] : front.split(':');
  if (back !== undefined) {
    const behind = back === '' ? [] : back.split(':');
    while (groups.length + behind.length < 8) groups.push('0');
    groups.push(...behind);
  }
  return `${groups.slice(0, 4).join(':')}::/64`;
}

function peerOf({ localAddress, remoteAddress, remotePort }: Socket): string {
  return `${localAddress} ${remoteAddress} ${remotePort}`;
}
