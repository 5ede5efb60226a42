import type { JetStreamClient, JetStreamPublishOptions, PubAck, StreamInfo } from '@nats-io/jetstream';
import { FEED_HEADERS, feedPlace } from '../../carriage/nats/feed-headers.ts';
import { failureOfJetStream } from '../../carriage/nats/nats-failure.ts';
import { type NatsTarget, type OpenNats, type OpenNatsBy, openNats } from '../../carriage/nats/open-nats.ts';
import { type NewSubjectStream, streamOfSubject } from '../../carriage/nats/subject-stream.ts';
import type { Stream } from '../../stream/stream.ts';
import { grouped } from '../../wording/figures.ts';
import {
  type OutgoingMessage,
  type PublishTarget,
  type Standing,
  TargetFault,
} from '../target/publish-target.ts';
import { answerOtherPublishers, otherPublisher } from './presence.ts';

/** Messages on their way to a JetStream stream that nobody else writes to. */
const WINDOW = 512;
/** How long JetStream may take to acknowledge a message. */
const ACKNOWLEDGE_MS = 5000;
const WRONG_LAST_ID = 10070;
/** How often messages of another publisher may come that answers nobody. */
const MOST_STRANGERS = 3;

export interface SubjectTargetOptions {
  readonly nats: NatsTarget;
  readonly subject: string;
  /** Makes the JetStream stream if none takes the subject. */
  readonly made: NewSubjectStream | undefined;
  /** Names this process among those that publish to the subject. */
  readonly publisher: string;
  /** @default the network */
  readonly open?: OpenNatsBy;
}

/** What is open now. */
interface OpenSubject {
  readonly nats: OpenNats;
  readonly client: JetStreamClient;
  readonly info: StreamInfo;
}

/**
 * A subject of a JetStream stream as a target.
 *
 * Every message is stored only if it follows the one before it. Where that has been acknowledged, JetStream compares the number of the
 * subject's last message with the one that is sent along; while it is still on its way, its deduplication id, which has to be
 * that of the last message of the whole JetStream stream. So a message that was delayed on the way, for hours even, is refused when
 * it comes, and none can follow another than its own. Where others write to the JetStream stream besides, one message
 * goes at a time. To foretell numbers would not do: a message of others in between makes them those of another message.
 */
export class SubjectTarget implements PublishTarget {
  readonly #options: SubjectTargetOptions;
  #open: OpenSubject | undefined;
  #stream: Stream | undefined;
  /** JetStream's number of the last message of the subject, if that is known, and nothing is on its way. */
  #last: number | undefined;
  #inFlight = 0;
  /** Whether a message was refused that did not follow, and whether others write to the JetStream stream. */
  #unfollowed = false;
  #shared = false;
  /** The number of the last message of the subject that is known to be there; undefined before anybody looked. */
  #known: number | undefined;
  /** How often messages of another publisher came behind it. */
  #strangers = 0;

  constructor(options: SubjectTargetOptions) {
    this.#options = options;
  }

  get window(): number {
    return this.#shared ? 1 : WINDOW;
  }

  async open(stream: Stream): Promise<Standing> {
    this.#stream = stream;
    try {
      this.#open ??= await this.#connect();
      return await this.#look(this.#open, stream);
    } catch (error) {
      await this.close();
      if (error instanceof TargetFault) throw error;
      const { message, lasting, advice } = failureOfJetStream(error, `take ${this.#options.subject}`);
      throw new TargetFault(message, { lasting, advice, cause: error });
    }
  }

  async put({ seq, payload }: OutgoingMessage): Promise<void> {
    const open = this.#open;
    if (open === undefined) throw new TargetFault('the connection to NATS was closed');
    const last = this.#inFlight === 0 ? this.#last : undefined;
    this.#last = undefined;
    this.#inFlight++;
    const expect = last === undefined ? { lastMsgID: this.#idOf(seq - 1) } : { lastSubjectSequence: last };
    const ack = await this.#publish(open, seq, payload, expect)
      .catch(async (error: unknown) => {
        throw await this.#faultOf(error, seq);
      })
      .finally(() => this.#inFlight--);
    // Stored earlier, and maybe removed since: what the subject's last message is will tell.
    if (ack.duplicate) throw new TargetFault(`JetStream has had seq ${seq} before`);
    this.#known = ack.seq;
    if (this.#inFlight === 0) this.#last = ack.seq;
  }

  async close(): Promise<void> {
    const { nats } = this.#open ?? {};
    this.#open = undefined;
    await nats?.connection.close().catch(() => {});
  }

  async #connect(): Promise<OpenSubject> {
    const { nats: target, subject, made, publisher, open = openNats } = this.#options;
    const nats = await open(target, { reconnect: false });
    try {
      await this.#refuseOther(nats);
      answerOtherPublishers(nats, subject, publisher);
      const manager = await nats.jetstream.jetstreamManager(nats.connection, { checkAPI: false });
      const info = await streamOfSubject(manager, nats, subject, {
        made,
        advice: 'create_stream',
      });
      if (info.config.no_ack)
        throw new TargetFault(`the JetStream stream ${info.config.name} acknowledges nothing (no_ack)`, {
          lasting: true,
        });
      return { nats, client: nats.jetstream.jetstream(nats.connection), info };
    } catch (error) {
      await nats.connection.close().catch(() => {});
      throw error;
    }
  }

  async #refuseOther(nats: OpenNats): Promise<void> {
    const { subject, publisher } = this.#options;
    const other = await otherPublisher(nats, subject, publisher);
    if (other === undefined) return;
    throw new TargetFault(`another publisher is at work on ${subject}, ${other}: there can be one`, {
      lasting: true,
    });
  }

  /** Finds out what the subject holds. */
  async #look({ nats, info }: OpenSubject, stream: Stream): Promise<Standing> {
    const { subject, publisher } = this.#options;
    const { name } = info.config;
    const manager = await nats.jetstream.jetstreamManager(nats.connection, { checkAPI: false });
    const { state } = await manager.streams.info(name);
    const message = await manager.streams.getMessage(name, { last_by_subj: subject });
    const holder = `the JetStream stream ${name}`;
    this.#shared = this.#unfollowed && state.last_seq > (message?.seq ?? 0);
    this.#unfollowed = false;
    if (message === null) {
      this.#last = 0;
      this.#known = 0;
      return { next: undefined, holder };
    }
    const place = feedPlace(message.header);
    const foreign = (what: string) => new TargetFault(`${subject} in ${holder} ${what}`, { lasting: true });
    if (place === undefined)
      throw foreign('has messages that are not of Tidemark: take a subject of its own');
    if (place.stream !== stream.name) throw foreign(`has the stream ${place.stream}, and not ${stream.name}`);
    if (this.#known !== undefined && place.publisher !== publisher && message.seq > this.#known) {
      // What a process that is gone had sent may come late. Somebody who is there sends again and again.
      await this.#refuseOther(nats);
      if (++this.#strangers === MOST_STRANGERS)
        throw foreign(`has messages of another publisher again and again, ${place.publisher}`);
    }
    this.#last = message.seq;
    this.#known = message.seq;
    return { next: place.seq + 1, holder };
  }

  #publish(
    { nats, client }: OpenSubject,
    seq: number,
    payload: Uint8Array,
    expect: JetStreamPublishOptions['expect'],
  ): Promise<PubAck> {
    const { subject, publisher } = this.#options;
    const { name = '' } = this.#stream ?? {};
    const headers = nats.core.headers();
    headers.set(FEED_HEADERS.stream, name);
    headers.set(FEED_HEADERS.seq, String(seq));
    headers.set(FEED_HEADERS.publisher, publisher);
    return client.publish(subject, payload, {
      headers,
      msgID: this.#idOf(seq),
      expect,
      timeout: ACKNOWLEDGE_MS,
    });
  }

  /** The deduplication id: one stream may go to several subjects of a JetStream stream. */
  #idOf(seq: number): string {
    return `${this.#stream?.id}-${this.#options.subject}-${seq}`;
  }

  async #faultOf(error: unknown, seq: number): Promise<TargetFault> {
    const { code, message } = error as { readonly code?: unknown; readonly message: string };
    if (code === WRONG_LAST_ID) this.#unfollowed = true;
    const lasting = /max_payload|size exceeds|sealed/i.test(message); // it would be refused again
    if (lasting || typeof code === 'number') {
      const told = `NATS refused seq ${grouped(seq)}: ${message}`;
      return new TargetFault(told, { lasting, refused: true, cause: error });
    }
    // Nothing more is to be sent behind a message whose fate is unknown.
    await this.close();
    const failure = failureOfJetStream(error, `store seq ${grouped(seq)}`);
    return new TargetFault(failure.message, { cause: error });
  }
}
