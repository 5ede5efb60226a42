import type { Link } from '../../session/link.ts';
import type { Carriage, Connection, OpenListener } from '../connection.ts';
import { ConsumerConnection, type FeedPosition } from './consumer-connection.ts';
import { durableName, type FeedOptions, openFeed } from './feed.ts';

/**
 * What NATS can do for a run: its server answers pings, and a reader pulls, so that it can stop. Nobody there checks receipts, but their
 * sentences can be published. A connection just ends.
 */
const NATS_LINK: Link = { ping: true, pause: true, status: true, acknowledge: true, halfClose: false };

export interface NatsCarriageOptions extends Omit<FeedOptions, 'durable'> {
  readonly client: string;
  /** With the name, it makes up that of the durable consumer. */
  readonly token: string;
}

/**
 * Carries a run from a subject of a JetStream stream. The run's own cursor is what counts: each connection makes its durable consumer
 * anew, behind the last block that is stored, and leaves out what has been taken since. The consumer is told of each block
 * once it is stored, and so never is ahead of the log.
 */
export class NatsCarriage implements Carriage {
  readonly link: Link = NATS_LINK;
  readonly #options: FeedOptions;
  readonly #position: FeedPosition;
  #connection: ConsumerConnection | undefined;

  /** @param lastEventId JetStream's number of the last message that an earlier process of the run has stored */
  constructor({ client, token, ...options }: NatsCarriageOptions, lastEventId = '') {
    this.#options = { ...options, durable: durableName(client, token, options.subject) };
    const stored = /^\d{1,16}$/.test(lastEventId) ? Number(lastEventId) : 0;
    this.#position = { stored, taken: stored };
  }

  get lastEventId(): string {
    const { taken } = this.#connection ?? this.#position;
    return taken === 0 ? '' : String(taken);
  }

  stored(): void {
    this.#position.stored = Math.max(this.#position.stored, this.#connection?.taken ?? 0);
    this.#connection?.acknowledge();
  }

  open(_request: unknown, listener: OpenListener): Connection {
    const { stored } = this.#position;
    const opening = openFeed(this.#options, stored);
    this.#connection = new ConsumerConnection(opening, this.#position, listener);
    return this.#connection;
  }
}
