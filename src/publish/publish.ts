import { randomBytes } from 'node:crypto';
import { checkNatsAccess, type NatsAccess } from '../carriage/nats/nats-access.ts';
import { parseNatsAddress, subjectOf } from '../carriage/nats/nats-address.ts';
import { parseDelivery } from '../delivery/delivery-request.ts';
import { profileText } from '../delivery/profile.ts';
import { rateOnWire } from '../delivery/rate.ts';
import { systemHost } from '../host/host.ts';
import { SecretSeed } from '../stream/secret-seed.ts';
import { LAST_SEQ, openStream } from '../stream/stream.ts';
import { badOption } from '../wording/usage-error.ts';
import { SubjectTarget } from './nats/subject-target.ts';
import type { PublishEnd, PublishEvent } from './publish-event.ts';
import { Publisher } from './publisher.ts';

export interface PublishOptions {
  /** Where to: `nats://host:4222/subject`. */
  readonly to: string;
  /** The first seq, if the target holds nothing of the stream yet. @default 0 */
  readonly from?: number | undefined;
  /** How many messages the target is to hold, those included that it holds already. @default no end */
  readonly count?: number | undefined;
  /** As in a URL: `10`, `5k`, `max`. @default 10 */
  readonly rate?: string | undefined;
  readonly profile?: string | undefined;
  readonly secretSeed?: Uint8Array | undefined;
  /** Makes a JetStream stream of this name if none takes the subject. @default it is refused */
  readonly createStream?: string | undefined;
  /** How many servers hold the stream that is made. @default 1 */
  readonly replicas?: number | undefined;
  readonly nats?: NatsAccess | undefined;
  /** How long it goes on without an acknowledgement. @default for ever */
  readonly giveUpMs?: number | undefined;
  readonly onEvent?: ((event: PublishEvent) => void) | undefined;
}

export interface PublishRun {
  /** Resolves when it has ended. */
  readonly closed: Promise<PublishEnd>;
  /** How far it is. */
  readonly progress: PublishEvent & { readonly event: 'progress' };
  stop(): void;
}

const DEFAULT_PER_SECOND = 10;

/**
 * Publishes a stream to a target, from where that has come to.
 *
 * @throws StreamError for what the name or the delivery asks for; UsageError for an option
 */
export function publish(name: string, options: PublishOptions): PublishRun {
  const { to, secretSeed, createStream, replicas = 1, nats: access = {}, giveUpMs } = options;
  const seed = secretSeed === undefined ? undefined : new SecretSeed(secretSeed);
  const stream = openStream(name, { secretSeed: seed });
  checkOptions(options);
  const texts = { ...options, from: options.from?.toString(), count: options.count?.toString() };
  const request = parseDelivery({ get: (parameter) => texts[parameter] }, DEFAULT_PER_SECOND);
  const from = request.from ?? 0;
  const address = parseNatsAddress(to, 'to');
  const subject = subjectOf(address, 'to');
  checkNatsAccess(access);
  const publisher = `${process.pid}-${randomBytes(4).toString('hex')}`;
  const target = new SubjectTarget({
    nats: { address, access, name: `tidemark publish ${stream.name}` },
    subject,
    made: createStream === undefined ? undefined : { name: createStream, replicas },
    publisher,
  });
  const clock = {
    now: () => systemHost.now(),
    alarm: (ring: () => void) => systemHost.alarm(ring),
    random: Math.random,
  };
  const tell = options.onEvent ?? (() => {});
  tell({
    event: 'start',
    stream: stream.name,
    to: address.shown,
    from,
    count: request.count ?? null,
    rate: rateOnWire(request.ratePerSecond),
    profile: profileText(request.profile),
  });
  const whole = { ...request, from, giveUpMs: giveUpMs ?? Number.POSITIVE_INFINITY };
  const publisherRun = new Publisher(stream, whole, target, clock, tell);
  return {
    closed: publisherRun.run(),
    get progress() {
      return publisherRun.progress;
    },
    stop: () => publisherRun.stop(),
  };
}

/** @throws UsageError for what can't be asked of a target */
function checkOptions({ from = 0, count = 0, createStream }: PublishOptions): void {
  const most = LAST_SEQ - from + 1;
  if (count > most) throw badOption('count', `at most ${most} from seq ${from}`, String(count));
  if (createStream !== undefined && !/^[\w-]{1,255}$/.test(createStream))
    throw badOption('createStream', 'letters, digits, - and _ (a name of JetStream)', createStream);
}
