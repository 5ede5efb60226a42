import type { Socket } from 'node:net';
import { Server } from '../server/server.ts';
import type { Channel } from './channel.ts';
import type { ToPrimary, ToWorker, WorkerTask } from './message.ts';
import { WorkerCluster } from './worker-cluster.ts';

/** A server that listens nowhere: the primary passes it sockets, and decides about names and places. */
export class Worker {
  readonly #channel: Channel<ToWorker, ToPrimary>;
  #cluster: WorkerCluster | undefined;
  #server: Server | undefined;

  /** @param gone called when the primary is */
  constructor(channel: Channel<ToWorker, ToPrimary>, gone: () => void) {
    this.#channel = channel;
    channel.listen((message) => this.#receive(message), gone);
  }

  /** Serves a socket that the primary has passed on. */
  take(socket: Socket): void {
    this.#channel.send({ type: 'took' });
    socket.once('close', () => this.#channel.send({ type: 'lost' }));
    if (this.#server === undefined) socket.destroy();
    else this.#server.take(socket);
  }

  #receive(message: ToWorker): void {
    switch (message.type) {
      case 'start':
        return this.#start(message.task);
      case 'hold':
        return this.#server?.holdInput(message.held);
      case 'tls':
        return this.#server?.setTls(message.pair);
      case 'close':
        void this.#close();
        return;
      default:
        this.#cluster?.receive(message);
    }
  }

  #start({ member, options, url, held }: WorkerTask): void {
    const send = this.#channel.send.bind(this.#channel);
    try {
      this.#cluster = new WorkerCluster(member, send);
      const onEvent: NonNullable<ConstructorParameters<typeof Server>[0]['onEvent']> = (event) =>
        send({ type: 'event', event });
      this.#server = new Server({ ...options, onEvent }, this.#cluster);
      this.#server.begin(url);
      if (held) this.#server.holdInput(true);
      send({ type: 'ready' });
    } catch (error) {
      send({ type: 'failed', reason: (error as Error).message });
    }
  }

  async #close(): Promise<void> {
    await this.#server?.close();
    this.#channel.send({ type: 'stopped' });
    this.#channel.close();
  }
}
