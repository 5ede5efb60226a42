import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, type TestContext } from 'vitest';
import { WebSocket } from 'ws';
import { PROGRAM, pause } from './processes.ts';

/**
 * What a paced client sees of an attack on its server. Its lateness is that of each message behind its due time, on
 * the wall clock of this machine: how late the server is, and the kernel, and this process.
 */

const RATE = 200;
const WARM_MS = 500;
/** How long calm is watched, before the attack and after it. */
const CALM_MS = 1000;
const ATTACK_MS = 2000;
/** How long an attack may take to begin: its process is nice. */
const BEGIN_MS = 20_000;
/** What a machine adds by itself on which server, attacker, witness and other tests share two cores. */
const FLOOR_MS = 30;
/** With a calm worse than this the machine is too busy with other things to tell anything. */
const BUSY_MS = 40;
/** How much memory the server may take on top of what it has, while eight connections attack it. */
const GROWTH_BYTES = 250 * 2 ** 20;
/** Noise comes and goes; what an attack does to a server comes each time. */
const ATTEMPTS = 6;
const FAILURES = 5;
/** Fewer things said by the attacker are no attack. */
const LEAST_ROUNDS = 8;
const FIRST_PRIORITY = -15;

const attacks = fileURLToPath(new URL('hostile-attacks.mjs', import.meta.url));

interface Attacked {
  /** The p99 lateness before the attack or after it, whichever is worse. */
  readonly calmMs: number;
  readonly attackedMs: number;
  readonly growthBytes: number;
  readonly rounds: number;
}

/**
 * Fails unless the server serves the others as well as ever during this attack: a paced client's p99 lateness is
 * within twice what it is without, and the floor; it misses nothing; memory is bounded; and somebody new is served.
 * Skips, and says so, if the machine was too busy all the time to tell.
 */
export async function expectServed(attack: string, context: TestContext): Promise<void> {
  const failures: string[] = [];
  let busy = '';
  for (let attempt = 0; attempt < ATTEMPTS && failures.length < FAILURES; attempt++) {
    const { calmMs, attackedMs, growthBytes, rounds } = await witness(attack);
    expect(growthBytes, 'memory').toBeLessThan(GROWTH_BYTES);
    const told = `${calmMs.toFixed(1)} → ${attackedMs.toFixed(1)} ms`;
    if (rounds < LEAST_ROUNDS || calmMs > BUSY_MS) busy += ` ${told}`;
    else if (attackedMs <= 2 * calmMs + FLOOR_MS) return;
    else failures.push(told);
  }
  const told = `p99 lateness without and with the attack: ${failures.join(', ')}`;
  if (failures.length === FAILURES) expect.fail(told);
  context.skip(`${told}; the machine was too busy to tell:${busy}`);
}

/** Fails unless a server takes less memory than that while it is attacked for `ms`, and serves somebody new then. */
export async function expectLittleMemory(attack: string, mostBytes: number, ms = 5000): Promise<void> {
  const { server, url } = await served();
  const calmBytes = residentBytes(server);
  const { attacker, rounds } = await attacking(attack, url);
  expect(rounds()).toBeGreaterThan(0);
  let most = 0;
  for (let passed = 0; passed < ms; passed += 50) {
    await pause(50);
    most = Math.max(most, residentBytes(server) - calmBytes);
  }
  expect(most).toBeLessThan(mostBytes);
  await expectNewcomerServed(url);
  await gone(attacker);
  await gone(server);
}

async function served() {
  const server = spawn(process.execPath, [PROGRAM, 'serve', '--port', '0', '--json'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  onTestFinished(() => gone(server));
  goFirst(server.pid);
  goFirst(process.pid);
  const [line] = (await once(server.stdout, 'data')) as [Buffer];
  server.stdout.resume(); // whatever it says from now on
  const { url } = JSON.parse(line.toString()) as { url: string };
  return { server, url };
}

/** Starts an attack, and waits until it has begun. */
async function attacking(attack: string, url: string) {
  const attacker = fork(attacks, [attack, new URL(url).port], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  onTestFinished(() => gone(attacker));
  let rounds = 0;
  attacker.on('message', (told: { rounds: number }) => {
    rounds = told.rounds;
  });
  for (let ms = 0; rounds === 0 && ms < BEGIN_MS; ms += 50) await pause(50);
  return { attacker, rounds: () => rounds };
}

async function witness(attack: string): Promise<Attacked> {
  const { server, url } = await served();

  const paced = await PacedClient.open(url);
  const watched = async (ms: number) => {
    paced.begin();
    await pause(ms);
    return paced.p99Ms();
  };
  await pause(WARM_MS);
  const beforeMs = await watched(CALM_MS);
  const calmBytes = residentBytes(server);

  const { attacker, rounds } = await attacking(attack, url);
  let mostBytes = 0;
  const look = setInterval(() => {
    mostBytes = Math.max(mostBytes, residentBytes(server));
  }, 50);
  const attackedMs = await watched(ATTACK_MS);
  clearInterval(look);
  expect(attacker.exitCode).toBe(null);
  await expectNewcomerServed(url);
  await gone(attacker);
  await pause(WARM_MS);
  const afterMs = await watched(CALM_MS);
  paced.end();
  await gone(server);
  return {
    calmMs: Math.max(beforeMs, afterMs),
    attackedMs,
    growthBytes: mostBytes - calmBytes,
    rounds: rounds(),
  };
}

/** Somebody who comes during the attack gets what it asks for. */
async function expectNewcomerServed(url: string): Promise<void> {
  const socket = new WebSocket(`${url}/bytes?rate=max&count=5`);
  let came = 0;
  socket.on('message', () => came++);
  const [code] = (await once(socket, 'close')) as [number];
  expect([came, code]).toEqual([5, 1000]);
}

class PacedClient {
  readonly #socket: WebSocket;
  #startMs = 0;
  #next = 0;
  #latenessesMs: number[] = [];

  private constructor(url: string) {
    this.#socket = new WebSocket(`${url}/users?rate=${RATE}&client=witness`, 'tidemark.v1');
    this.#socket.once('message', (welcome: Buffer) => {
      this.#startMs = JSON.parse(welcome.toString().slice(1)).t0_ms;
      this.#socket.on('message', (data: Buffer) => this.#take(data.toString()));
    });
  }

  static async open(url: string): Promise<PacedClient> {
    const client = new PacedClient(url);
    await once(client.#socket, 'open');
    return client;
  }

  begin(): void {
    this.#latenessesMs = [];
  }

  p99Ms(): number {
    const sorted = this.#latenessesMs.toSorted((a, b) => a - b);
    return sorted[Math.floor(sorted.length * 0.99)] ?? Number.POSITIVE_INFINITY;
  }

  end(): void {
    expect(this.#socket.readyState).toBe(WebSocket.OPEN);
    this.#socket.terminate();
  }

  #take(message: string): void {
    const nowMs = performance.timeOrigin + performance.now();
    const seq = Number(/^\{"seq":(\d+)/.exec(message)?.[1]);
    expect(seq).toBe(this.#next++);
    this.#latenessesMs.push(nowMs - (this.#startMs + (seq * 1000) / RATE));
  }
}

/** Other tests run beside this one. Before them, if root, until the test is over: they are no part of the attack. */
function goFirst(pid = 0): void {
  const before = getPriority(pid);
  try {
    setPriority(pid, FIRST_PRIORITY);
    onTestFinished(() => {
      if (pid === process.pid) setPriority(pid, before);
    });
  } catch {} // not root: there is more noise then, and there are more attempts
}

function residentBytes({ pid }: ChildProcess): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
}

async function gone(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}
