import { createHash } from 'node:crypto';
import type { JetStreamManager, StreamInfo } from '@nats-io/jetstream';
import { grouped } from '../../wording/figures.ts';
import { feedPlace } from './feed-headers.ts';
import { failureOfJetStream, NatsFailure } from './nats-failure.ts';
import { type NatsTarget, type OpenNats, type OpenNatsBy, openNats } from './open-nats.ts';
import { streamOfSubject } from './subject-stream.ts';

/** How long a consumer is kept that nobody pulls from: the client's log, and not the consumer, is what it goes on from. */
const KEPT_MS = 24 * 3600 * 1000;
/** How long it waits for a block to be stored before it delivers again, which only costs: the next connection asks for what is missing. */
const STORED_WITHIN_MS = 3600 * 1000;
const NANOSECONDS = 1_000_000;

export interface FeedOptions {
  /** @default the network */
  readonly open?: OpenNatsBy;
  readonly nats: NatsTarget;
  readonly subject: string;
  readonly durable: string;
  /** The stream that is to come, if the user said it. @default what its messages say */
  readonly stream: string | undefined;
}

/** A durable consumer that was made behind a message, and is to be pulled from. */
export interface Feed {
  readonly nats: OpenNats;
  readonly jetStream: string;
  readonly durable: string;
  /** The stream that its messages are of, by their headers; undefined if they have none. */
  readonly announced: string | undefined;
  /** What has to be read of it. */
  readonly expected: string;
}

/** What was read has gone from JetStream: the run can't be gone on with. */
export class FeedLost extends Error {}

/** The name of the durable consumer of a run: another run of the same name has another. */
export function durableName(client: string, token: string, subject: string): string {
  const digest = createHash('sha256').update(`${token}\n${subject}`).digest('hex').slice(0, 8);
  return `tidemark-${client.replaceAll(/[^A-Za-z0-9_-]/g, '_')}-${digest}`;
}

/**
 * Comes to NATS, and makes the consumer.
 *
 * @param behind JetStream's number of the last message that is not wanted any more; 0 for none
 * @throws NatsFailure; FeedLost if that message is gone, and those before it
 */
export async function openFeed(options: FeedOptions, behind: number): Promise<Feed> {
  const { subject, durable, stream, open = openNats } = options;
  const nats = await open(options.nats, { reconnect: false });
  try {
    const manager = await nats.jetstream.jetstreamManager(nats.connection, { checkAPI: false });
    const info = await streamOfSubject(manager, nats, subject);
    checkRetention(info);
    const { name } = info.config;
    const last = info.state.last_seq;
    if (behind > last)
      throw new FeedLost(
        `the JetStream stream ${name} ends at its message ${grouped(last)}, and this run has read up to ${grouped(behind)}`,
      );
    const announced = await announcedStream(manager, name, subject);
    const expected = stream ?? announced;
    if (expected === undefined)
      throw new NatsFailure(`${subject} has no message yet that says of which stream it is`, {
        lasting: false,
      });
    await makeConsumer(nats, manager, { name, durable, subject, behind });
    return { nats, jetStream: name, durable, announced, expected };
  } catch (error) {
    await nats.connection.close().catch(() => {});
    if (error instanceof FeedLost) throw error;
    throw failureOfJetStream(error, `deliver ${subject}`);
  }
}

/** A consumer of other streams removes what it has acknowledged, or has no place of its own in them. */
function checkRetention({ config: { name, retention } }: StreamInfo): void {
  if (retention === 'limits') return;
  throw new NatsFailure(
    `the JetStream stream ${name} has retention ${retention}, where who reads removes: only those with limits are read`,
    { lasting: true },
  );
}

async function announcedStream(
  manager: JetStreamManager,
  name: string,
  subject: string,
): Promise<string | undefined> {
  const last = await manager.streams.getMessage(name, { last_by_subj: subject });
  const place = feedPlace(last?.header);
  if (last === null || place !== undefined) return place?.stream;
  // Somebody else's message is the last one.
  const first = await manager.streams.getMessage(name, firstOf(subject));
  return feedPlace(first?.header)?.stream;
}

/** JetStream's request for the first message of a subject, which the types of its package leave out. */
const firstOf = (subject: string) => ({ seq: 1, next_by_subj: subject });

async function makeConsumer(
  { jetstream }: OpenNats,
  manager: JetStreamManager,
  { name, durable, subject, behind }: { name: string; durable: string; subject: string; behind: number },
): Promise<void> {
  const { DeliverPolicy, AckPolicy } = jetstream;
  await manager.consumers.delete(name, durable).catch((error: unknown) => {
    if ((error as Error).name !== 'ConsumerNotFoundError') throw error;
  });
  await manager.consumers.add(name, {
    durable_name: durable,
    description: 'a tidemark client',
    filter_subject: subject,
    ack_policy: AckPolicy.All,
    ack_wait: STORED_WITHIN_MS * NANOSECONDS,
    max_ack_pending: -1, // a block may be any size
    inactive_threshold: KEPT_MS * NANOSECONDS,
    ...(behind === 0
      ? { deliver_policy: DeliverPolicy.All }
      : { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: behind + 1 }),
  });
}
