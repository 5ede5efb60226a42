import type { Msg, Subscription } from '@nats-io/transport-node';
import type { OpenNats } from './open-nats.ts';

/** Messages that are asked for at a time; it is asked again when half of them have come. */
const BATCH = 512;
/** The most bytes of one request, unless a single message may be larger. */
const BATCH_BYTES = 8_388_608;
/** JetStream forgets a request after so long, and says so. */
const EXPIRES_MS = 5000;
/** How much longer its word is waited for: it is forgotten without a word where a server dies. */
const GRACE_MS = 5000;
/** Between attempts to reach a consumer that has no leader at the moment. */
const AGAIN_MS = 250;
const MOST_ATTEMPTS = 40;
const NANOSECONDS = 1_000_000;

interface PulledFrom {
  readonly jetStream: string;
  readonly durable: string;
}

export interface PullListener {
  message(message: Msg): void;
  /** JetStream has said something. */
  heard(): void;
  /** Whether more is wanted now. */
  wants(): boolean;
  /** Nothing more will come this way. */
  over(reason: string): void;
}

/** Asks a pull consumer for messages, so that a bounded number of them is on its way. */
export class Pulls {
  readonly #nats: OpenNats;
  readonly #subject: string;
  readonly #listener: PullListener;
  readonly #inbox: string;
  readonly #replies: Subscription;
  /** Messages that each request has still to bring, by its number. */
  readonly #due = new Map<number, number>();
  #asked = 0;
  #attempts = 0;
  #again: ReturnType<typeof setTimeout> | undefined;
  #watchdog: ReturnType<typeof setTimeout> | undefined;

  constructor(nats: OpenNats, { jetStream, durable }: PulledFrom, listener: PullListener) {
    this.#nats = nats;
    this.#subject = `$JS.API.CONSUMER.MSG.NEXT.${jetStream}.${durable}`;
    this.#listener = listener;
    this.#inbox = nats.core.createInbox();
    this.#replies = nats.connection.subscribe(`${this.#inbox}.*`, {
      callback: (error, message) => {
        if (error === null) this.#came(message);
        else listener.over(error.message);
      },
    });
  }

  /** Asks for more if it is wanted and less than half is on its way. */
  more(): void {
    let due = 0;
    for (const count of this.#due.values()) due += count;
    if (!this.#listener.wants() || due > BATCH / 2 || this.#again !== undefined) return;
    const number = ++this.#asked;
    const batch = BATCH - due;
    const most = Math.max(BATCH_BYTES, 2 * (this.#nats.connection.info?.max_payload ?? 0));
    const request = { batch, max_bytes: most, expires: EXPIRES_MS * NANOSECONDS };
    this.#due.set(number, batch);
    this.#nats.connection.publish(this.#subject, JSON.stringify(request), {
      reply: `${this.#inbox}.${number}`,
    });
    this.#watch();
  }

  stop(): void {
    clearTimeout(this.#again);
    clearTimeout(this.#watchdog);
    this.#due.clear();
    this.#replies.unsubscribe();
  }

  #came(message: Msg): void {
    this.#listener.heard();
    this.#watch();
    const status = message.headers?.code ?? 0;
    if (message.data.length === 0 && status >= 300) {
      const number = Number(message.subject.slice(this.#inbox.length + 1));
      return this.#told(number, status, message.headers?.description ?? '');
    }
    this.#attempts = 0;
    // It has the subject that it was published to, and not that of the request: requests are served one after another.
    const [oldest = 0] = this.#due.keys();
    const due = (this.#due.get(oldest) ?? 1) - 1;
    if (due > 0) this.#due.set(oldest, due);
    else this.#due.delete(oldest);
    this.#listener.message(message);
    this.more();
  }

  /** A request ended before all that it asked for came. */
  #told(number: number, status: number, description: string): void {
    this.#due.delete(number);
    if (status === GONE && /deleted/i.test(description))
      return this.#listener.over(`the consumer was deleted (${description})`);
    // The time of the request is over, or as many bytes have come as it asked for.
    if (status === TIME_OUT || (status === GONE && /max ?bytes/i.test(description))) return this.more();
    if (++this.#attempts > MOST_ATTEMPTS)
      return this.#listener.over(`the consumer can't be reached: ${description || `status ${status}`}`);
    this.#again ??= setTimeout(() => {
      this.#again = undefined;
      this.more();
    }, AGAIN_MS);
  }

  #watch(): void {
    clearTimeout(this.#watchdog);
    this.#watchdog = setTimeout(() => {
      if (this.#due.size > 0) this.#listener.over('JetStream does not answer the consumer');
    }, EXPIRES_MS + GRACE_MS);
  }
}

const TIME_OUT = 408;
const GONE = 409;
