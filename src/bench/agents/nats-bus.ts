import type { NatsConnection } from '@nats-io/transport-node';
import { type NatsTarget, openNats } from '../../carriage/nats/open-nats.ts';
import type { AgentBus } from './agent-bus.ts';

/** NATS' own default. */
const DEFAULT_MOST_BYTES = 1024 * 1024;

/** Core NATS as a bus: what a bench and its agents say to each other is of use only now, so nothing of it is stored. */
class NatsBus implements AgentBus {
  readonly mostBytes: number;
  readonly #connection: NatsConnection;

  constructor(connection: NatsConnection) {
    this.#connection = connection;
    this.mostBytes = connection.info?.max_payload ?? DEFAULT_MOST_BYTES;
  }

  publish(subject: string, bytes: Uint8Array): void {
    if (!this.#connection.isClosed()) this.#connection.publish(subject, bytes);
  }

  subscribe(subject: string, take: (bytes: Uint8Array) => void): () => void {
    const subscription = this.#connection.subscribe(subject, {
      callback: (error, message) => {
        if (error === null) take(message.data);
      },
    });
    return () => subscription.unsubscribe();
  }

  async close(): Promise<void> {
    await this.#connection.drain().catch(() => this.#connection.close());
  }
}

/**
 * Opens a connection that comes back by itself.
 *
 * @param complain is told once of each thing that this user may not do: NATS drops it, and nobody else would say why nothing comes
 * @throws NatsFailure, a sentence
 */
export async function openNatsBus(
  target: NatsTarget,
  complain: (sentence: string) => void,
): Promise<AgentBus> {
  const { connection } = await openNats(target, { reconnect: true });
  void tellRefusals(connection, complain);
  return new NatsBus(connection);
}

/** Ends with the connection. */
async function tellRefusals(connection: NatsConnection, complain: (sentence: string) => void): Promise<void> {
  const told = new Set<string>();
  for await (const status of connection.status()) {
    if (status.type !== 'error' || status.error.name !== 'PermissionViolationError') continue;
    const { operation, subject } = status.error as Error & { operation?: string; subject?: string };
    // Ids in it are others each time.
    const what = `${operation} ${subject?.replace(/[0-9a-f]{32}/, '*')}`;
    if (told.has(what)) continue;
    told.add(what);
    complain(
      `this user of NATS may not ${operation === 'publish' ? 'publish to' : 'subscribe to'} ${subject}`,
    );
  }
}
