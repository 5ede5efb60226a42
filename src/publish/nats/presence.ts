import { createHash } from 'node:crypto';
import type { OpenNats } from '../../carriage/nats/open-nats.ts';

/** Where a publisher of a subject answers who asks whether there is one. */
const PREFIX = 'tidemark.publisher';
/** How long one is waited for that is there, and says nothing: one that is gone is known at once. */
const ANSWER_MS = 1000;
const MOST_CHARACTERS = 64;

function presenceSubject(subject: string): string {
  return `${PREFIX}.${createHash('sha256').update(subject).digest('hex').slice(0, 16)}`;
}

/**
 * Asks whether somebody else publishes to a subject. It is a courtesy to the second one: what keeps two
 * from mixing is that each message names the one before it.
 *
 * @returns who does; undefined if nobody answers, or this user may not ask
 */
export async function otherPublisher(
  { connection }: OpenNats,
  subject: string,
  own: string,
): Promise<string | undefined> {
  return connection.request(presenceSubject(subject), own, { timeout: ANSWER_MS }).then(
    (answer) => answer.string().slice(0, MOST_CHARACTERS),
    () => undefined,
  );
}

/** Answers others who ask, for as long as the connection is open. */
export function answerOtherPublishers({ connection }: OpenNats, subject: string, own: string): void {
  connection.subscribe(presenceSubject(subject), {
    callback: (error, asked) => {
      if (error === null && asked.string() !== own) asked.respond(own);
    },
  });
}
