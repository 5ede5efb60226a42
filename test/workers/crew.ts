import { once } from 'node:events';
import type { Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import type { Listing } from '../../src/server/cluster/listing.ts';
import type { ServeOptions } from '../../src/server/options/serve-options.ts';
import type { ServerEvent } from '../../src/server/options/server-event.ts';
import type { Channel } from '../../src/workers/channel.ts';
import type { ToPrimary, ToWorker } from '../../src/workers/message.ts';
import { Primary } from '../../src/workers/primary.ts';
import { Restarts } from '../../src/workers/restarts.ts';
import { Worker } from '../../src/workers/worker.ts';
import type { WorkerProcess } from '../../src/workers/worker-process.ts';

/** Two ends of a channel in one process: what is sent is copied, and arrives in a later turn, in order. */
function channelPair<A, B>(): { near: Channel<A, B>; far: Channel<B, A>; cut: () => void } {
  const ends = { near: undefined as End<A> | undefined, far: undefined as End<B> | undefined };
  let isCut = false;
  const cut = () => {
    if (isCut) return;
    isCut = true;
    for (const end of [ends.near, ends.far]) setImmediate(() => end?.closed());
  };
  const channel = <In, Out>(
    own: (end: End<In>) => void,
    other: () => End<Out> | undefined,
  ): Channel<In, Out> => ({
    send: (message) => {
      const copy = structuredClone(message);
      setImmediate(() => {
        if (!isCut) other()?.received(copy);
      });
    },
    listen: (received, closed) => own({ received, closed }),
    close: () => setImmediate(cut),
  });
  return {
    cut,
    near: channel<A, B>(
      (end) => {
        ends.near = end;
      },
      () => ends.far,
    ),
    far: channel<B, A>(
      (end) => {
        ends.far = end;
      },
      () => ends.near,
    ),
  };
}

interface End<In> {
  received(message: In): void;
  closed(): void;
}

/** Workers in this process, in place of processes of their own. */
export class TestProcesses {
  /** Those that were started, in order. */
  readonly all: { kill(): void; readonly task: () => ToWorker | undefined; readonly sockets: Set<Socket> }[] =
    [];
  /** Whether a worker dies as soon as it is started. */
  stillborn = false;

  readonly start = (): WorkerProcess => {
    const { near, far, cut } = channelPair<ToPrimary, ToWorker>();
    const sockets = new Set<Socket>();
    let task: ToWorker | undefined;
    let ended: (how: string) => void = () => {};
    let isDead = false;
    const kill = () => {
      if (isDead) return;
      isDead = true;
      cut();
      for (const socket of sockets) socket.resetAndDestroy();
      setImmediate(() => setImmediate(() => ended('it was killed by SIGKILL')));
    };
    const worker = new Worker(
      {
        ...far,
        listen: (received, closed) =>
          far.listen((message) => {
            task ??= message;
            received(message);
          }, closed),
      },
      () => {},
    );
    this.all.push({ kill, sockets, task: () => task });
    if (this.stillborn) setImmediate(kill);
    return {
      pid: this.all.length,
      channel: near,
      give: (socket) => {
        sockets.add(socket);
        socket.on('close', () => sockets.delete(socket));
        setImmediate(() => {
          if (isDead) socket.destroy();
          else worker.take(socket);
          socket.resume(); // a process that is passed one gets it anew, and not paused
        });
      },
      kill,
      onEnd: (callback) => {
        ended = callback;
      },
    };
  };
}

/** A primary with workers in this process, and how to talk to them. */
export async function crew(options: ServeOptions = {}, count = 2) {
  const events: ServerEvent[] = [];
  const processes = new TestProcesses();
  const given = { port: 0, encoders: 0, adminToken: 'admin-token', ...options };
  const primary = new Primary({ ...given, onEvent: (event) => events.push(event) }, count, {
    start: processes.start,
    restarts: () => new Restarts(1),
  });
  await primary.listen();
  onTestFinished(() => primary.close());
  const base = `http://127.0.0.1:${primary.port}`;
  const get = (path: string, init: RequestInit = {}) =>
    fetch(`${base}${path}`, { ...init, headers: { Connection: 'close', ...init.headers } });
  const dial = async (path: string) => {
    const socket = new WebSocket(`${primary.url}${path}`, 'tidemark.v1');
    onTestFinished(() => socket.terminate());
    socket.on('error', () => {});
    const closed = once(socket, 'close').then(([code]) => code as number);
    const [first] = await Promise.race([once(socket, 'message'), closed.then((code) => [code])]);
    const welcome = typeof first === 'number' ? undefined : JSON.parse(String(first).slice(1));
    return { socket, closed, welcome };
  };
  const listing = async (query = '') => (await (await get(`/clients${query}`)).json()) as Listing;
  const of = <E extends ServerEvent['event']>(kind: E) =>
    events.filter((event): event is Extract<ServerEvent, { event: E }> => event.event === kind);
  return { primary, processes, events, of, get, dial, listing };
}
