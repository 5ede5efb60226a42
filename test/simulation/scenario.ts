import { SegmentCache } from '../../src/stream/segment/segment-cache.ts';
import { openStream } from '../../src/stream/stream.ts';
import type { Tamper } from './link.ts';
import { SimulatedClient } from './simulated-client.ts';
import { SimulatedServer, type SimulatedServerOptions } from './simulated-server.ts';
import { VirtualTime } from './virtual-time.ts';

const HEARTBEAT_MS = 2000;
const LIMIT_MS = 3_600_000;
/** For connections that were dropped, until the server has noticed. */
const SETTLING_MS = 60_000;

/** Encoded once for all scenarios: a stream is the same in each. */
const segments = new SegmentCache(64 * 1024 * 1024);
/** The memory of a server's segments. Of little, each is used again at once. */
const MEMORIES: readonly [Memory, ...Memory[]] = [
  { shared: undefined, pieces: 8, cacheBytes: 100_000 },
  ...Array.from({ length: 7 }, (): Memory => ({ shared: segments, pieces: 0, cacheBytes: 0 })),
];
type Memory = Omit<SimulatedServerOptions, 'heartbeatMs'>;
const STREAMS = ['/users?seed=1', '/users?seed=2', '/bytes?size=48', '/arrays?shape=2'] as const;

/** The oracle: messages straight from the reference, each made once for all scenarios. */
const oracles = new Map<string, (seq: number) => Uint8Array>();

function oracleOf(name: string): (seq: number) => Uint8Array {
  const known = oracles.get(name);
  if (known !== undefined) return known;
  const stream = openStream(name);
  const made = new Map<number, Uint8Array>();
  const oracle = (seq: number) => {
    const message = made.get(seq) ?? stream.message(seq);
    made.set(seq, message);
    return message;
  };
  oracles.set(name, oracle);
  return oracle;
}

export interface ScenarioResult {
  readonly clients: readonly SimulatedClient[];
  /** What was done to them, with times: the trace of a seed. */
  readonly faults: readonly string[];
  /** What was wrong on the server, in sentences. */
  readonly serverFaults: readonly string[];
}

/**
 * Everything that the seed decides: clients, streams, rates, block sizes, delays, and what goes wrong and when:
 * cuts, stalls, dark and slow paths, a server killed or stopped, a client killed, a full disk, a power cut, a clock set.
 */
export async function runScenario(seed: number, tamper?: Tamper): Promise<ScenarioResult> {
  const time = new VirtualTime(seed);
  time.takeTime(time.pick([0, 0.001, 0.02, 0.7]));
  const server = new SimulatedServer(time, { heartbeatMs: HEARTBEAT_MS, ...time.pick(MEMORIES) });
  const clients = Array.from({ length: time.integer(1, 4) }, (_, index) =>
    randomClient(time, server, index, tamper),
  );
  const faults: string[] = [];
  for (const client of clients) time.after(time.between(0, 500), () => client.start());
  const withinMs = time.pick([300, 2000, 20_000]);
  for (let left = time.integer(0, 8); left > 0; left--) {
    const client = time.pick(clients as [SimulatedClient, ...SimulatedClient[]]);
    const fault = time.pick(FAULTS);
    time.after(time.between(0, withinMs), () => {
      faults.push(`${time.nowMs.toFixed(1)} ms: ${fault.name} (${client.options.name})`);
      fault.act(time, server, client);
    });
  }
  await time.runUntil(() => clients.every(({ verdict }) => verdict !== undefined), LIMIT_MS);
  await time.runUntil(() => server.idle, time.nowMs + SETTLING_MS); // the server's ends of the last connections are told
  return { clients, faults, serverFaults: server.faults() };
}

/** What is wrong with a result, in sentences; empty if every promise was kept. */
export function violationsOf({ clients, serverFaults }: ScenarioResult): string[] {
  const ofClients = clients.flatMap((client) =>
    [...findings(client)].map((violation) => `${client.options.name}: ${violation}`),
  );
  return [...ofClients, ...serverFaults.map((violation) => `server: ${violation}`)];
}

function* findings(client: SimulatedClient): Generator<string> {
  const { verdict, log, options } = client;
  if (verdict?.verdict !== 'proved') yield `verdict ${JSON.stringify(verdict)}`;
  const stream = oracleOf(options.path.slice(1).replace(/&(rate|from)=[^&]*/g, ''));
  const from = Number(/from=(\d+)/.exec(options.path)?.[1] ?? 0);
  let seq = from;
  for (const [index, { block }] of log.entries()) {
    if (block.block !== index + 1) yield `block ${block.block} in place ${index + 1}`;
    if (block.count !== options.blockSize && !block.partial)
      yield `block ${block.block} has ${block.count} messages`;
    if (block.elapsedMs < 0 || (block.intervalMs ?? 0) < 0) yield `block ${block.block} took negative time`;
    for (const message of block.messages) {
      if (message.seq !== seq) yield `seq ${message.seq} where ${seq} was due`;
      if (Buffer.compare(message.payload, stream(message.seq)) !== 0) yield `seq ${seq} has other bytes`;
      seq++;
    }
  }
  if (seq !== from + options.count) yield `${seq - from} of ${options.count} messages in the log`;
  yield* client.faults;
}

function randomClient(
  time: VirtualTime,
  server: SimulatedServer,
  index: number,
  tamper: Tamper | undefined,
): SimulatedClient {
  const rate = time.pick(['max', '5', '50', '1000']);
  const from = time.pick([0, 0, 100, 2 ** 32]);
  const count = rate === '5' ? time.integer(1, 60) : time.integer(1, 250);
  return new SimulatedClient(time, server, {
    name: `client-${index + 1}`,
    path: `${time.pick(STREAMS)}&rate=${rate}&from=${from}`,
    blockSize: time.pick([1, 2, 5, 20, 77, 1000]),
    count,
    heartbeatMs: HEARTBEAT_MS,
    delayMs: time.pick([0.1, 1, 20, 150]),
    windowBytes: time.pick([1, 500, 5000, 100_000]),
    highWaterBytes: time.pick([1, 16_384]),
    oneWay: time.pick([false, false, true]),
    tamper,
  });
}

interface Fault {
  readonly name: string;
  act(time: VirtualTime, server: SimulatedServer, client: SimulatedClient): void;
}

const FAULTS: readonly [Fault, ...Fault[]] = [
  { name: 'path cut', act: (_, __, client) => client.link?.cut() },
  { name: 'path stalls', act: (time, _, client) => client.link?.stall('client', time.between(1, 6000)) },
  { name: 'way back stalls', act: (time, _, client) => client.link?.stall('server', time.between(1, 6000)) },
  { name: 'path goes dark', act: (time, _, client) => goDark(time, client, ['client', 'server']) },
  { name: 'way to the client goes dark', act: (time, _, client) => goDark(time, client, ['client']) },
  { name: 'way to the server goes dark', act: (time, _, client) => goDark(time, client, ['server']) },
  { name: 'client killed', act: (time, _, client) => client.kill(time.between(1, 3000)) },
  {
    name: 'client killed at its next block',
    act: (time, _, client) => client.killAtNextBlock(time.between(1, 3000)),
  },
  {
    name: 'path gets slow',
    act: (time, _, client) => client.link?.slowDown(time.between(1, 10), time.between(0.1, 50)),
  },
  { name: 'disk full', act: (time, _, client) => client.fillDisk(time.between(1, 3000)) },
  {
    name: 'power cut before the log was synced',
    act: (time, _, client) => client.cutPower(time.integer(0, 5), time.between(1, 3000)),
  },
  { name: 'client stops reading', act: (time, _, client) => client.stopReading(time.between(1, 6000)) },
  { name: 'wall clock set', act: (time) => time.stepWallClock(time.pick([3_600_000, -3_600_000])) },
  {
    name: 'server killed',
    act: (time, server) => {
      server.kill();
      time.after(time.between(1, 4000), () => server.start());
    },
  },
  {
    name: 'server stopped',
    act: (time, server) => {
      server.stop();
      time.after(time.between(1, 4000), () => server.start());
    },
  },
];

function goDark(
  time: VirtualTime,
  { link, options }: SimulatedClient,
  sides: readonly ('client' | 'server')[],
): void {
  for (const side of sides) link?.goDark(side);
  // The client misses the comments; without pings it is the kernel of the server that finds it, by and by.
  if (options.oneWay) time.after(time.between(15_000, 60_000), () => link?.giveUp());
}
