import type { Link } from '../../session/link.ts';
import type { Carriage, Connection, OpenListener } from '../connection.ts';

/** A carriage that is loaded when it is needed for the first time. */
export class LoadedCarriage implements Carriage {
  readonly link: Link;
  readonly #load: () => Promise<Carriage>;
  #loaded: Promise<Carriage> | undefined;

  constructor(link: Link, load: () => Promise<Carriage>) {
    this.link = link;
    this.#load = load;
  }

  open(request: Parameters<Carriage['open']>[0], listener: OpenListener): Connection {
    this.#loaded ??= this.#load();
    let connection: Connection | undefined;
    let dropped = false;
    this.#loaded.then(
      (carriage) => {
        if (!dropped) connection = carriage.open(request, listener);
      },
      (error: Error) => {
        this.#loaded = undefined;
        if (!dropped)
          listener.failed({ status: undefined, reason: `what carries it can't be loaded: ${error.message}` });
      },
    );
    const drop = () => {
      dropped = true;
      queueMicrotask(() => listener.failed({ status: undefined, reason: 'the attempt was given up' }));
    };
    return {
      sendText: (text) => connection?.sendText(text),
      sendBytes: () => {},
      ping: () => connection?.ping(),
      setReading: (reading) => connection?.setReading(reading),
      close: (code, reason) => (connection === undefined ? drop() : connection.close(code, reason)),
      terminate: () => (connection === undefined ? drop() : connection.terminate()),
    };
  }
}
