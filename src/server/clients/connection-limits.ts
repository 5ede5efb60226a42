import { isIPv6, type Socket } from 'node:net';
import { ChurnMap } from '../../host/churn-map.ts';
import { Deadlines } from '../../host/deadlines.ts';
import { TurnAddress, TurnTaker } from '../../host/turns.ts';
import { ACCESS_LIMITS } from '../options/access-limits.ts';

/** What is counted for one address. */
interface Address {
  readonly name: string;
  sockets: number;
  clients: number;
  /** Those of its sockets that wait, by their peers. */
  readonly waiting: ChurnMap<string, Waiting>;
  /** All its clients have turns in common. */
  readonly turns: TurnAddress;
}

/** A socket on which nobody has asked for anything yet. */
interface Waiting {
  readonly peer: string;
  readonly socket: Socket;
  readonly address: Address;
  /** Takes its deadlines back. */
  waitNoMore(): void;
  /** Counts it no more. */
  release(): void;
}

/**
 * Counts sockets and clients, in all and by address, and keeps each count within its limit.
 *
 * A client too many is told so. A socket too many has to make room before it has said anything: if others wait to finish
 * their handshake, the one that has waited longest goes, since an honest handshake takes milliseconds; else the new one
 * goes. The room of one address ends before that of the server, so that one address can't shut out the others.
 */
export class ConnectionLimits {
  readonly #maxClients: number;
  readonly #maxClientsPerAddress: number;
  readonly #addresses = new ChurnMap<string, Address>();
  /** Sockets that wait, by their peers. */
  readonly #waiting = new ChurnMap<string, Waiting>();
  readonly #handshakes = new Deadlines(ACCESS_LIMITS.handshakeMs);
  readonly #dropped = new Deadlines(ACCESS_LIMITS.socketMs);
  readonly #late: (socket: Socket) => void;
  #sockets = 0;
  #clients = 0;

  /** @param late is told of a socket whose handshake takes too long, shortly before it is dropped */
  constructor(maxClients: number, maxClientsPerAddress: number, late: (socket: Socket) => void = () => {}) {
    this.#maxClients = maxClients;
    this.#maxClientsPerAddress = maxClientsPerAddress;
    this.#late = late;
  }

  get sockets(): number {
    return this.#sockets;
  }

  /** Takes a socket that was accepted, or drops it or another one. */
  opened(socket: Socket): void {
    const peer = peerOf(socket);
    const before = this.#waiting.get(peer);
    if (before !== undefined) this.#drop(before); // its end is still to be told: a peer has one connection
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
    let gone = false;
    const release = () => {
      if (gone) return;
      gone = true;
      this.#sockets--;
      address.sockets--;
      this.#noLongerWaits(waiting);
      this.#forgetIfUnused(address);
    };
    const inTime = [
      this.#handshakes.add(() => this.#late(socket)),
      this.#dropped.add(() => this.#drop(waiting)),
    ];
    const waitNoMore = () => {
      for (const takeBack of inTime) takeBack();
    };
    const waiting: Waiting = { peer, socket, address, waitNoMore, release };
    address.waiting.set(peer, waiting);
    this.#waiting.set(peer, waiting);
    socket.once('close', release);
  }

  /**
   * Notes that what is asked for on a socket may live on it, or is answered in its turn: then it is not late any more.
   * Over TLS it is another object than the one that was opened.
   */
  asked(socket: Socket): void {
    const waiting = this.#waiting.get(peerOf(socket));
    if (waiting !== undefined) this.#noLongerWaits(waiting);
  }

  /** @returns why one more client of this address can't be taken, as a sentence; undefined if it can */
  fault(remoteAddress: string | undefined): string | undefined {
    if (this.#clients >= this.#maxClients) {
      return `the server has all of its ${this.#maxClients} clients: try again later`;
    }
    const { clients = 0 } = this.#addresses.get(addressName(remoteAddress)) ?? {};
    if (clients < this.#maxClientsPerAddress) return undefined;
    return `the server has all of the ${this.#maxClientsPerAddress} clients that one address may have: try again later`;
  }

  /** Has what is done for one more connection of this address counted to both. */
  turns(remoteAddress: string | undefined): TurnTaker {
    return new TurnTaker(this.#address(remoteAddress).turns);
  }

  /** Counts a client. @returns what is to be called when it has left */
  entered(remoteAddress: string | undefined): () => void {
    const address = this.#address(remoteAddress);
    this.#clients++;
    address.clients++;
    let left = false;
    return () => {
      if (left) return;
      left = true;
      this.#clients--;
      address.clients--;
      this.#forgetIfUnused(address);
    };
  }

  /** Drops every socket on which nobody has asked for anything. */
  close(): void {
    for (const waiting of this.#waiting.values()) this.#drop(waiting);
  }

  #drop(waiting: Waiting): void {
    waiting.release(); // before it has closed: it must not be counted, or chosen, once more
    waiting.socket.destroy();
  }

  #noLongerWaits(waiting: Waiting): void {
    if (this.#waiting.get(waiting.peer) !== waiting) return;
    this.#waiting.delete(waiting.peer);
    waiting.address.waiting.delete(waiting.peer);
    waiting.waitNoMore();
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
 * What is one address: one of IPv4, also where it is written as IPv6, and of IPv6 the network of 64 bits, of which
 * whoever has one address has all.
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
