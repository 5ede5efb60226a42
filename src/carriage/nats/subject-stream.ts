import type { JetStreamManager, StreamInfo } from '@nats-io/jetstream';
import type { Advice } from '../../wording/advice.ts';
import { plural } from '../../wording/figures.ts';
import { failureOfJetStream, NatsFailure } from './nats-failure.ts';
import type { OpenNats } from './open-nats.ts';

/** JetStream's error code for a subject that another stream has. */
const SUBJECTS_OVERLAP = 10065;

/** A JetStream stream to be made if none takes the subject. */
export interface NewSubjectStream {
  readonly name: string;
  readonly replicas: number;
}

/**
 * Finds the JetStream stream that takes a subject.
 *
 * @param options.made makes it if there is none. @default it is refused, with this advice
 * @throws NatsFailure
 */
export async function streamOfSubject(
  manager: JetStreamManager,
  { server }: Pick<OpenNats, 'server'>,
  subject: string,
  { made, advice }: { readonly made?: NewSubjectStream | undefined; readonly advice?: Advice } = {},
): Promise<StreamInfo> {
  const name = await manager.streams.find(subject).catch((error: unknown) => {
    if ((error as Error).name === 'StreamNotFoundError') return undefined;
    throw failureOfJetStream(error, `look for the stream of ${subject}`);
  });
  if (name !== undefined)
    return manager.streams.info(name).catch((error: unknown) => {
      throw failureOfJetStream(error, `tell of its stream ${name}`);
    });
  if (made === undefined) {
    const error = `no JetStream stream on ${server} takes the subject ${subject}`;
    const told = advice === undefined ? error : `${error}: make one, or have one made`;
    throw new NatsFailure(told, { lasting: true, advice });
  }
  return make(manager, subject, made);
}

async function make(
  manager: JetStreamManager,
  subject: string,
  { name, replicas }: NewSubjectStream,
): Promise<StreamInfo> {
  const config = { name, subjects: [subject], num_replicas: replicas };
  return manager.streams.add(config).catch((error: unknown) => {
    const { code, message } = error as { readonly code?: number; readonly message: string };
    const what = `make the stream ${name} of ${plural(replicas, 'replica')} for ${subject}`;
    // It exists otherwise, or this cluster is too small: it will be so again.
    if (code === SUBJECTS_OVERLAP || /already in use|replicas|insufficient resources/i.test(message))
      throw new NatsFailure(`NATS can't ${what}: ${message}`, { lasting: true, cause: error });
    throw failureOfJetStream(error, what);
  });
}
