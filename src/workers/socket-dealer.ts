/** Who takes sockets. */
export interface Seat<Socket> {
  give(socket: Socket): void;
}

interface Hand<Socket> {
  readonly seat: Seat<Socket>;
  /** Sockets that it has, or is about to have. */
  sockets: number;
  /** Of those, the ones that have not arrived. */
  onTheirWay: number;
}

/** Node passes one socket at a time to a process; some more wait in its queue, so that the next one goes at once. */
const MOST_ON_THEIR_WAY = 4;

/**
 * Deals sockets to workers, each to the one that has the fewest: streams last, so that to take turns would leave a worker that was
 * replaced with next to nothing. A worker that does not take what it was given gets no more meanwhile.
 */
export class SocketDealer<Socket> {
  readonly #mostWaiting: number;
  readonly #drop: (socket: Socket) => void;
  readonly #hands = new Map<Seat<Socket>, Hand<Socket>>();
  #waiting: Socket[] = [];

  /**
   * @param mostWaiting the most sockets that wait for a worker to take them; beyond, the oldest is dropped
   */
  constructor(mostWaiting: number, drop: (socket: Socket) => void) {
    this.#mostWaiting = mostWaiting;
    this.#drop = drop;
  }

  open(seat: Seat<Socket>): void {
    this.#hands.set(seat, { seat, sockets: 0, onTheirWay: 0 });
    this.#dealWaiting();
  }

  /** It takes no more. */
  shut(seat: Seat<Socket>): void {
    this.#hands.delete(seat);
  }

  deal(socket: Socket): void {
    this.#waiting.push(socket);
    this.#dealWaiting();
    if (this.#waiting.length > this.#mostWaiting) this.#drop(this.#waiting.shift() as Socket);
  }

  took(seat: Seat<Socket>): void {
    const hand = this.#hands.get(seat);
    if (hand !== undefined) hand.onTheirWay--;
    this.#dealWaiting();
  }

  lost(seat: Seat<Socket>): void {
    const hand = this.#hands.get(seat);
    if (hand !== undefined) hand.sockets--;
  }

  /** Drops what waits. */
  close(): void {
    for (const socket of this.#waiting.splice(0)) this.#drop(socket);
  }

  #dealWaiting(): void {
    while (this.#waiting.length > 0) {
      const hand = this.#fewest();
      if (hand === undefined) return;
      hand.sockets++;
      hand.onTheirWay++;
      hand.seat.give(this.#waiting.shift() as Socket);
    }
  }

  #fewest(): Hand<Socket> | undefined {
    let fewest: Hand<Socket> | undefined;
    for (const hand of this.#hands.values()) {
      if (hand.onTheirWay >= MOST_ON_THEIR_WAY) continue;
      if (fewest === undefined || hand.sockets < fewest.sockets) fewest = hand;
    }
    return fewest;
  }
}
