import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { PROGRAM, pause } from './processes.ts';

/**
 * What a paced client sees of an attack on its server. Its lateness is that of each message behind its due time, on
 * the wall clock of this machine: how late the server is, and the kernel, and this process.
 */

const RATE = 200;
const WARM_MS = 500;
const CALM_MS = 1500;
const ATTACK_MS = 2000;
/** Of the attack's begin: until its connections are there. */
const BEGIN_MS = 300;
/** What a machine adds by itself on which server, attacker, witness and other tests share two cores. */
const FLOOR_MS = 30;
/** How much memory the server may take on top of what it has, while eight connections attack it. */
const GROWTH_BYTES = 200 * 2 ** 20;
/** Noise comes and goes; what an attack does to a server comes each time. */
const ATTEMPTS = 3;

const FIRST_PRIORITY = -15;

const attacks = fileURLToPath(new URL('hostile-attacks.mjs', import.meta.url));

interface Attacked {
  readonly calmMs: number;
  readonly attackedMs: number;
  readonly growthBytes: number;
}

/**
 * Fails unless the server serves the others as well as ever during this attack: a paced client's p99 lateness is
 * within twice what it was without, and the floor; it misses nothing; memory is bounded; and somebody new is served.
 */
export async function expectServed(attack: string): Promise<void> {
  let tries = '';
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const { calmMs, attackedMs, growthBytes } = await witness(attack);
    expect(growthBytes, 'memory').toBeLessThan(GROWTH_BYTES);
    if (attackedMs <= 2 * calmMs + FLOOR_MS) return;
    tries += ` ${calmMs.toFixed(1)} → ${attackedMs.toFixed(1)} ms`;
  }
  expect.fail(`p99 lateness without and with the attack:${tries}`);
}

async function witness(attack: string): Promise<Attacked> {
  const server = spawn(process.execPath, [PROGRAM, 'serve', '--port', '0', '--json'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  onTestFinished(() => gone(server));
  goFirst(server.pid);
  goFirst(process.pid);
  const [line] = (await once(server.stdout, 'data')) as [Buffer];
  server.stdout.resume(); // whatever it says from now on
  const { url } = JSON.parse(line.toString()) as { url: string };

  const paced = await PacedClient.open(url);
  await pause(WARM_MS);
  paced.begin();
  await pause(CALM_MS);
  const calmMs = paced.p99Ms();
  const calmBytes = residentBytes(server);

  const attacker = fork(attacks, [attack, new URL(url).port], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  onTestFinished(() => gone(attacker));
  let rounds = 0;
  attacker.on('message', (told: { rounds: number }) => {
    rounds = told.rounds;
  });
  await pause(BEGIN_MS);
  paced.begin();
  let mostBytes = 0;
  const startMs = performance.now();
  while (performance.now() - startMs < ATTACK_MS) {
    await pause(50);
    mostBytes = Math.max(mostBytes, residentBytes(server));
  }
  const attackedMs = paced.p99Ms();
  expect(rounds, 'what the attacker said').toBeGreaterThan(5);
  expect(attacker.exitCode).toBe(null);
  await expectNewcomerServed(url);
  paced.end();
  await gone(attacker);
  await gone(server);
  return { calmMs, attackedMs, growthBytes: mostBytes - calmBytes };
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
    expect(sorted.length, 'messages to the witness').toBeGreaterThan(RATE);
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
