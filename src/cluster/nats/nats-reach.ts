import type { NatsConnection } from '@nats-io/transport-node';

/** Whether there is a connection to a server of NATS, and why what was asked for last was not done. */
export class NatsReach {
  #connected = true;
  #fault: string | undefined;

  constructor(connection: NatsConnection) {
    void this.#follow(connection);
    void connection.closed().then(() => {
      this.#connected = false;
    });
  }

  get connected(): boolean {
    return this.#connected;
  }

  /** The last fault, in NATS' words. */
  get fault(): string | undefined {
    return this.#fault;
  }

  failed(error: unknown): void {
    this.#fault = (error as Error).message;
  }

  async #follow(connection: NatsConnection): Promise<void> {
    for await (const { type } of connection.status()) {
      if (type === 'disconnect') this.#connected = false;
      else if (type === 'reconnect') this.#connected = true;
    }
  }
}
