import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished } from 'vitest';
import { type Process, pause, serveOn } from '../processes.ts';
import { Reader } from './reader.ts';

/**
 * What others see of an attack on their server, over the carriage that it goes over: that they are served, all of it, in order. How
 * late is judged by `npm run faults -- --only attacks`, beside which nothing else runs.
 */

export const OVER = ['websocket', 'lines', 'events'] as const;
export type Over = (typeof OVER)[number];
/**
 * Lines and events are one carriage but for how a message is framed: requests, names, receipts and who waits to be sent something
 * take the same way. What attacks those goes over one of the two.
 */
export const BY_EACH_WAY = ['websocket', 'events'] as const satisfies readonly Over[];

const RATE = 400;
/** So many come before the attack, and so many while it goes on. */
const CALM_MESSAGES = 100;
const ATTACKED_MESSAGES = 400;
/** How much memory the server may take on top of what it has, while eight connections attack it. */
const GROWTH_BYTES = 250 * 2 ** 20;
/** Fewer things said by the attacker are no attack. */
const LEAST_ROUNDS = 8;
const LOOK_MS = 50;
const ATTACK_MS = 5000;

const attackPath = fileURLToPath(new URL('attack.mjs', import.meta.url));

/**
 * Fails unless the server serves the others during this attack: a paced client gets every message, in order, and keeps
 * its connection; memory is bounded; and somebody new is served.
 */
export async function expectServed(over: Over, attack: string): Promise<void> {
  const { server, url } = await served();
  const paced = await PacedClient.open(over, url);
  await paced.take(CALM_MESSAGES);
  const memory = new MemoryWatch(server);
  const attacker = new Attacker(over, attack, url);
  await attacker.rounds(LEAST_ROUNDS);
  await paced.take(ATTACKED_MESSAGES);
  await expectNewcomerServed(over, url);
  expect(attacker.running).toBe(true);
  await attacker.end();
  await paced.take(CALM_MESSAGES);
  paced.end();
  expect(memory.end(), 'memory').toBeLessThan(GROWTH_BYTES);
  expect(server.running).toBe(true);
}

/** Fails unless a server takes less memory than that while it is attacked for a while, and serves somebody new then. */
export async function expectLittleMemory(
  over: Over,
  attack: string,
  mostBytes: number,
  options: readonly string[] = [],
): Promise<void> {
  const { server, url } = await served(options);
  const memory = new MemoryWatch(server);
  const attacker = new Attacker(over, attack, url);
  await attacker.rounds(1);
  await pause(ATTACK_MS); // no result can come too early or too late: whatever is taken by then is looked at
  await expectNewcomerServed(over, url);
  expect(attacker.running).toBe(true);
  expect(memory.end()).toBeLessThan(mostBytes);
}

async function served(options: readonly string[] = []): Promise<{ server: Process; url: string }> {
  const server = await serveOn(0, ...options);
  const { url } = await server.event('listening');
  return { server, url: String(url) };
}

/** Somebody who comes during the attack gets what it asks for. */
async function expectNewcomerServed(over: Over, url: string): Promise<void> {
  const seqs: number[] = [];
  const whole = await new Promise<boolean>((resolve) => {
    const reader = new Reader(over, `${url}/bytes?rate=max&count=5`, {
      seq: (seq) => seqs.push(seq),
      ended: (end) => resolve(end.whole),
    });
    onTestFinished(() => reader.drop());
  });
  expect([seqs, whole]).toEqual([[0, 1, 2, 3, 4], true]);
}

class Attacker {
  readonly #child: ChildProcess;

  constructor(over: Over, attack: string, url: string) {
    this.#child = fork(attackPath, [over, attack, new URL(url).port], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    onTestFinished(() => this.end());
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Resolves when it has said something so often. */
  rounds(least: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#child.on('message', (told: { rounds: number }) => told.rounds >= least && resolve());
      this.#child.on('exit', () => reject(new Error('the attacker has ended')));
    });
  }

  async end(): Promise<void> {
    if (!this.running) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exited;
  }
}

/** The most memory that a process takes, on top of what it has now. */
class MemoryWatch {
  readonly #pid: number | undefined;
  readonly #calmBytes: number;
  readonly #timer: NodeJS.Timeout;
  #mostBytes = 0;

  constructor(process: Process) {
    this.#pid = process.pid;
    this.#calmBytes = this.#residentBytes();
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
    onTestFinished(() => clearInterval(this.#timer));
  }

  end(): number {
    clearInterval(this.#timer);
    this.#look();
    return this.#mostBytes - this.#calmBytes;
  }

  #look(): void {
    this.#mostBytes = Math.max(this.#mostBytes, this.#residentBytes());
  }

  #residentBytes(): number {
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${this.#pid}/status`, 'utf8'))?.[1]) * 1024;
  }
}

class PacedClient {
  readonly #reader: Reader;
  readonly #wrong: string[] = [];
  #next = 0;
  #taken: (() => void) | undefined;

  private constructor(over: Over, url: string) {
    this.#reader = new Reader(over, `${url}/users?rate=${RATE}&client=witness`, {
      seq: (seq) => this.#take(seq),
      ended: () => {
        this.#wrong.push('its stream ended');
        this.#taken?.();
      },
    });
    onTestFinished(() => this.#reader.drop());
  }

  static async open(over: Over, url: string): Promise<PacedClient> {
    const client = new PacedClient(over, url);
    await client.#reader.opened;
    return client;
  }

  /** Resolves when so many more messages have come, each the one that is next. */
  async take(messages: number): Promise<void> {
    const due = this.#next + messages;
    while (this.#next < due && this.#wrong.length === 0)
      await new Promise<void>((resolve) => {
        this.#taken = resolve;
      });
    expect(this.#wrong).toEqual([]);
  }

  end(): void {
    expect(this.#wrong).toEqual([]);
    this.#reader.drop();
  }

  #take(seq: number): void {
    if (seq !== this.#next) this.#wrong.push(`seq ${seq} where ${this.#next} was due`);
    this.#next++;
    this.#taken?.();
  }
}
