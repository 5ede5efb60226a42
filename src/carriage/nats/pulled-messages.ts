import { MessageBatch } from '../../measure/message-batch.ts';
import { openStream } from '../../stream/stream.ts';
import { StreamError } from '../../stream/stream-error.ts';

/** A message that a consumer delivered. */
export interface PulledMessage {
  readonly payload: Uint8Array;
  /** Its number in the JetStream stream. */
  readonly sequence: number;
  /** Where it is acknowledged. */
  readonly reply: string;
}

/** What the subject of an acknowledgement says of its message. */
export interface DeliveryPlace {
  /** The message's number in the JetStream stream. */
  readonly sequence: number;
  /** The number of this delivery by its consumer, from 1 on. */
  readonly delivery: number;
}

/**
 * Reads the subject of an acknowledgement: `$JS.ACK.stream.consumer.attempts.sequence.delivery.time.pending`, or, from newer servers,
 * with a domain and an account's hash before the stream and a token behind.
 */
export function deliveryPlace(reply: string): DeliveryPlace | undefined {
  const tokens = reply.split('.');
  if (tokens[0] !== '$JS' || tokens[1] !== 'ACK' || tokens.length < 9) return undefined;
  const first = tokens.length === 9 ? 2 : 4;
  const [sequence, delivery] = [Number(tokens[first + 3]), Number(tokens[first + 4])];
  return Number.isSafeInteger(sequence) && Number.isSafeInteger(delivery)
    ? { sequence, delivery }
    : undefined;
}

/** Messages as a batch. NATS does not know text from binary: the stream says. */
export function batchOf(messages: readonly PulledMessage[], text: boolean): MessageBatch {
  return MessageBatch.ofAll(
    messages.map(({ payload }) => payload),
    text,
  );
}

/** Whether a stream's messages are text, which does not depend on its seed. */
export function isTextStream(name: string): boolean {
  const [kind = '', query = ''] = name.split(/\?(.*)/s);
  const parameters = new URLSearchParams(query);
  parameters.delete('seed');
  try {
    return openStream(`${kind}?${parameters}`).text;
  } catch (error) {
    if (error instanceof StreamError) return true;
    throw error;
  }
}
