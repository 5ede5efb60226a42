import type { Msg } from '@nats-io/transport-node';
import type { MessageBatch } from '../../measure/message-batch.ts';
import { ABNORMAL_CLOSE, CLOSE } from '../../session/close-codes.ts';
import type { Connection, OpenListener } from '../connection.ts';
import { type Feed, FeedLost } from './feed.ts';
import { NatsFailure } from './nats-failure.ts';
import { batchOf, deliveryPlace, isTextStream, type PulledMessage } from './pulled-messages.ts';
import { Pulls } from './pulls.ts';

/** Where receipts are published: one subject, and nothing that a client says has a part in it. */
const RECEIPTS_SUBJECT = 'tidemark.receipts';

/** How far a run has come, by JetStream's numbers of messages. It outlives connections. */
export interface FeedPosition {
  /** The last message of the last block that is stored. */
  stored: number;
  /** The last message that the run has taken. */
  taken: number;
}

/** A run's connection to its durable consumer. */
export class ConsumerConnection implements Connection {
  readonly #position: FeedPosition;
  readonly #listener: OpenListener;
  #feed: Feed | undefined;
  #text = true;
  #pulls: Pulls | undefined;
  #reading = true;
  #closed = false;
  /** Messages that have come and were not given to the run yet. */
  #waiting: PulledMessage[] = [];
  #willGive = false;
  /** Those that the run is taking now. */
  #given: { readonly messages: readonly PulledMessage[]; readonly batch: MessageBatch } | undefined;
  /** Where the last message that was taken over this connection is acknowledged. */
  #lastReply: string | undefined;
  /** The number of the consumer's last delivery. */
  #delivery = 0;

  constructor(opening: Promise<Feed>, position: FeedPosition, listener: OpenListener) {
    this.#position = position;
    this.#listener = listener;
    void opening.then(
      (feed) => this.#opened(feed),
      (error: unknown) => this.#failed(error),
    );
  }

  /** JetStream's number of the last message that the run has taken. */
  get taken(): number {
    this.#settle();
    return this.#position.taken;
  }

  /** Tells the consumer that all that was taken is stored. */
  acknowledge(): void {
    this.#settle();
    const { connection } = this.#feed?.nats ?? {};
    if (this.#lastReply === undefined || this.#closed) return;
    connection?.publish(this.#lastReply, ACK);
    this.#lastReply = undefined;
  }

  sendText(text: string): void {
    if (!this.#closed) this.#feed?.nats.connection.publish(RECEIPTS_SUBJECT, text);
  }

  sendBytes(): void {}

  ping(): void {
    if (this.#closed) return;
    this.#feed?.nats.connection.flush().then(
      () => this.#heard(),
      () => {},
    );
  }

  setReading(reading: boolean): void {
    this.#reading = reading;
    if (!reading) return;
    this.#giveSoon();
    this.#pulls?.more();
  }

  close(code: number, reason: string): void {
    const { nats, jetStream, durable } = this.#feed ?? {};
    if (nats === undefined || code !== CLOSE.done) return this.#end(code, reason);
    const left = () => this.#end(code, reason);
    // A run that has all that it was to take leaves nothing behind.
    nats.connection
      .request(`$JS.API.CONSUMER.DELETE.${jetStream}.${durable}`, '', { timeout: LEAVE_MS })
      .then(left, left);
  }

  terminate(): void {
    this.#end(ABNORMAL_CLOSE, '');
  }

  #opened(feed: Feed): void {
    const { nats, announced, expected, jetStream, durable } = feed;
    if (this.#closed) {
      nats.connection.close().catch(() => {});
      return;
    }
    this.#feed = feed;
    this.#text = isTextStream(expected);
    void nats.connection.closed().then((error) => {
      this.#end(ABNORMAL_CLOSE, error instanceof Error ? error.message : 'NATS closed the connection');
    });
    this.#listener.opened(false, announced);
    if (this.#closed) return;
    this.#pulls = new Pulls(
      nats,
      { jetStream, durable },
      {
        message: (message) => this.#came(message),
        heard: () => this.#heard(),
        wants: () => this.#reading && !this.#closed,
        over: (reason) => this.#end(ABNORMAL_CLOSE, reason),
      },
    );
    this.#pulls.more();
  }

  #failed(error: unknown): void {
    if (this.#closed) return;
    this.#closed = true;
    const { message } = error as Error;
    if (error instanceof FeedLost) this.#listener.closed(CLOSE.streamDiffers, message, false);
    else if (error instanceof NatsFailure)
      // As a refusal: a lasting one would be the same again.
      this.#listener.failed({
        status: error.lasting ? REFUSED : undefined,
        reason: message,
        advice: error.advice,
      });
    else throw error;
  }

  #heard(): void {
    if (!this.#closed) this.#listener.heard();
  }

  #came(message: Msg): void {
    if (this.#closed) return;
    const place = deliveryPlace(message.reply ?? '');
    if (place === undefined) return;
    if (place.delivery !== ++this.#delivery) {
      this.#end(ABNORMAL_CLOSE, 'JetStream left out a delivery: it is asked again for all that is missing');
      return;
    }
    const { sequence } = place;
    const last = this.#waiting.at(-1)?.sequence ?? this.#position.taken;
    // What was taken and is not stored is delivered again: that is no repetition of the stream's.
    if (sequence <= last) return;
    this.#waiting.push({ payload: message.data, sequence, reply: message.reply ?? '' });
    this.#giveSoon();
  }

  /** Those that come in one piece are given together. */
  #giveSoon(): void {
    if (this.#willGive || this.#waiting.length === 0) return;
    this.#willGive = true;
    queueMicrotask(() => {
      this.#willGive = false;
      this.#give();
    });
  }

  #give(): void {
    if (this.#closed || !this.#reading || this.#waiting.length === 0) return;
    const messages = this.#waiting;
    this.#waiting = [];
    const batch = batchOf(messages, this.#text);
    this.#given = { messages, batch };
    this.#listener.messages(batch);
    this.#settle();
    this.#given = undefined;
  }

  /** Notes how far the run has taken what it was given. */
  #settle(): void {
    if (this.#given === undefined) return;
    const { messages, batch } = this.#given;
    const last = messages[batch.next - 1];
    if (last === undefined) return;
    this.#position.taken = last.sequence;
    this.#lastReply = last.reply;
  }

  #end(code: number, reason: string): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#pulls?.stop();
    this.#feed?.nats.connection.close().catch(() => {});
    queueMicrotask(() => this.#listener.closed(code, reason, false));
  }
}

const ACK = '+ACK';
/** The HTTP status that a lasting failure counts as. */
const REFUSED = 400;
const LEAVE_MS = 2000;
