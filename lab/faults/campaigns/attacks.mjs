/**
 * Others attack the server: a paced client beside them must be served as ever. Its lateness is that of each message
 * behind its due time, on the wall clock of this machine: how late the server is, and the kernel, and this process. So it
 * is compared, in turns, with what it is without the attack. That others are served at all, and in little memory, is
 * what the tests say.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { WebSocket } from 'ws';
import { Child } from '../../kit/child.mjs';
import { median, quantile } from '../../kit/quantile.mjs';
import { serve } from '../../kit/tidemark.mjs';
import { lateFaults } from '../evidence.mjs';

/** It is the tests' attacker, too. */
const ATTACK = fileURLToPath(new URL('../../../test/e2e/hostile/attack.mjs', import.meta.url));
const SHARED = [
  ...['texts, empty', 'texts, 64 KiB', 'texts, too large'],
  ...['receipts, forged', 'receipts, forged, never read', 'receipts, out of range', 'receipts, repeated'],
  ...['receipts, not JSON', 'receipts, of a million messages'],
  ...['streams, never read', 'streams, large', 'streams, large, slow', 'streams, of many seeds'],
  ...['streams, left at once', 'names, of somebody else', 'names, taken over', 'requests, of nothing'],
  ...['requests, of bad parameters', 'requests, too long', 'garbage'],
  '400 connections: receipts, of a million messages',
  '1,000 connections: streams of many seeds, never read',
  '1,000 connections: streams that none can be sent in time, never read',
];
const OF_ONE = {
  websocket: [
    ...['echoes, empty', 'echoes, 64 KiB, never read', 'pings, empty', 'pings one by one'],
    ...['pings, 125 bytes, never read', 'pongs, empty', 'fragments without end', 'fragments of one byte'],
    ...['frames, unmasked', 'frames, oversized', 'frames, not UTF-8', 'frames, reserved bits'],
    'frames, reserved opcodes',
  ],
  events: [
    ...['posts to nobody', 'posts, of a megabyte', 'posts, in chunks of one byte'],
    ...['posts, whose chunks have extensions without end', 'posts, whose body does not come'],
    ...['posts, of two lengths', 'posts, that wait for a word', 'requests behind each other'],
    ...['answers, never read', 'heads without end', 'preflights', 'heads alone'],
  ],
};
/** What each goes over, and its name. */
const ATTACKS = Object.entries(OF_ONE).flatMap(([over, alone]) =>
  [...SHARED, ...alone].map((attack) => ({ over, attack })),
);
const RATE = 200;
const WARM_MS = 500;
/** How long calm is watched, before the attack and after it. */
const CALM_MS = 1000;
const ATTACK_MS = 2000;
const BEGIN_MS = 30_000;
/** Fewer things said by the attacker are no attack. */
const LEAST_ROUNDS = 8;
/** Noise comes and goes; what an attack does to a server comes each time. */
const ATTEMPTS = 5;
/** The server and who measures go first, the attacker last: it would be elsewhere. */
const FIRST = -15;
const LAST = '19';

/** @param {import('../campaigns.mjs').Setting} setting */
async function run({ scope, tally, runs, short }) {
  const before = getPriority();
  goFirst();
  scope.defer(() => setPriority(before));
  const groupBefore = groupPriority();
  setGroupPriority(FIRST);
  scope.defer(() => setGroupPriority(groupBefore));
  /** @type {number[]} */
  const rises = [];
  let repeated = 0;
  for (let done = 0; done < runs; done++) {
    tally.progress(done, runs);
    const { over, attack } = ATTACKS[done % ATTACKS.length] ?? { over: '', attack: '' };
    /** @type {string[]} */
    let faults = [];
    let riseMs = Number.NaN;
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const seen = await witness(scope, over, attack);
      riseMs = seen.attackedMs - Math.min(seen.beforeMs, seen.afterMs);
      faults = [...seen.wrong, ...(short ? [] : lateFaults(attack, seen))];
      if (faults.length === 0 || seen.wrong.length > 0) break;
      if (attempt < ATTEMPTS) repeated++;
    }
    rises.push(riseMs);
    tally.run(faults);
  }
  tally.note(
    `p99 lateness during an attack, as it was judged: ${median(rises).toFixed(1)} ms more than without in the median, ${Math.max(...rises).toFixed(1)} ms at most; ${repeated} attempts were repeated`,
  );
}

/** @param {import('../../kit/scope.mjs').Scope} scope @param {string} over @param {string} attack */
async function witness(scope, over, attack) {
  const server = await serve(scope);
  goFirst(server.pid);
  const paced = new PacedClient(scope, server.url);
  await sleep(WARM_MS);
  const beforeMs = await paced.latenessMs(CALM_MS);
  const attacker = new Child(
    scope,
    process.execPath,
    [ATTACK, over, attack, new URL(server.url).port, LAST],
    {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    },
  );
  let rounds = 0;
  const begun = new Promise((resolve) => {
    attacker.process.on('message', (told) => {
      ({ rounds } = /** @type {{ rounds: number }} */ (told));
      if (rounds >= LEAST_ROUNDS) resolve(undefined);
    });
  });
  await attacker.within('attack', begun, BEGIN_MS);
  const attackedMs = await paced.latenessMs(ATTACK_MS);
  await attacker.killNow();
  await sleep(WARM_MS);
  const afterMs = await paced.latenessMs(CALM_MS);
  paced.end();
  await server.killNow();
  const wrong = paced.wrong.slice(0, 1).map((what) => `${attack} over ${over}: ${what}`);
  return { beforeMs, attackedMs, afterMs, wrong };
}

class PacedClient {
  /** @type {string[]} */
  wrong = [];
  /** @type {number[]} */
  #latenessesMs = [];
  #socket;
  #next = 0;
  #startMs = 0;
  #ended = false;

  /** @param {import('../../kit/scope.mjs').Scope} scope @param {string} url */
  constructor(scope, url) {
    this.#socket = new WebSocket(`${url}/users?rate=${RATE}&client=witness`, 'tidemark.v1');
    scope.defer(() => this.end());
    this.#socket.on('error', (error) => this.#ended || this.wrong.push(error.message));
    this.#socket.on('close', (code) => this.#ended || this.wrong.push(`closed with ${code}`));
    this.#socket.once('message', (welcome) => {
      this.#startMs = JSON.parse(String(welcome).slice(1)).t0_ms;
      this.#socket.on('message', (message) => this.#take(String(message)));
    });
  }

  /** Its p99 lateness in that time. @param {number} ms */
  async latenessMs(ms) {
    this.#latenessesMs = [];
    await sleep(ms);
    return quantile(this.#latenessesMs, 0.99);
  }

  end() {
    this.#ended = true;
    this.#socket.terminate();
  }

  /** @param {string} message */
  #take(message) {
    const nowMs = performance.timeOrigin + performance.now();
    const seq = Number(/^\{"seq":(\d+)/.exec(message)?.[1]);
    if (seq !== this.#next) this.wrong.push(`seq ${seq} where ${this.#next} was due`);
    this.#next = seq + 1;
    this.#latenessesMs.push(nowMs - (this.#startMs + (seq * 1000) / RATE));
  }
}

/** Only root can; without that there is more noise. */
function goFirst(pid = 0) {
  try {
    setPriority(pid, FIRST);
  } catch {
    // measured all the same
  }
}

/** Linux shares the processor out by session first, and by priority only within one (sched(7), autogroup). */
const GROUP = '/proc/self/autogroup';

function groupPriority() {
  try {
    return Number(/nice (-?\d+)/.exec(readFileSync(GROUP, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0; // there are no groups
  }
}

/** @param {number} priority */
function setGroupPriority(priority) {
  try {
    writeFileSync(GROUP, String(priority));
  } catch {
    // as above
  }
}

/** @type {import('../campaigns.mjs').Campaign} */
export const attacks = {
  name: 'attacks',
  fault: 'others send the server what is wrong, too much, or never read what it sends',
  runs: ATTACKS.length,
  shortRuns: 1,
  run,
};
