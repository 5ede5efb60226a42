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

/** Opens a connection that comes back by itself. @throws NatsFailure, a sentence */
export async function openNatsBus(target: NatsTarget): Promise<AgentBus> {
  const { connection } = await openNats(target, { reconnect: true });
  return new NatsBus(connection);
}
