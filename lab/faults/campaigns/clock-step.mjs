/**
 * The wall clock of both ends is stepped an hour forward and back while they run (libfaketime; the monotonic clock is left
 * alone, as on a real machine). Durations must not show it, and every time stamp must say what the clock said.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { command } from '../../kit/command.mjs';
import { serve, tidemark } from '../../kit/tidemark.mjs';
import { texts } from '../../kit/truth.mjs';
import { compareLog, endFaults, readBlocks } from '../log-faults.mjs';

const STREAM = 'users?seed=7';
const PER_SECOND = 50;
const BLOCK = 5;
const BLOCK_MS = (BLOCK * 1000) / PER_SECOND;
const HOUR_MS = 3_600_000;
const STEPS_MS = [HOUR_MS, 0, -HOUR_MS, 0];
/** What a machine may be late by. The short form runs beside other tests: it tells hours, and no more. */
const LONG = { slackMs: 700, ping: '500ms', leastBlocks: 10, mostBlocks: 20 };
const SHORT = { slackMs: 60_000, ping: '30s', leastBlocks: 0, mostBlocks: 1000 };
const TAIL = 40;

function library() {
  const path = command('dpkg', '-L', 'libfaketime')
    .split('\n')
    .find((line) => line.endsWith('/libfaketimeMT.so.1'));
  if (path === undefined || !existsSync(path)) throw new Error('libfaketimeMT.so.1 is not there');
  return path;
}

class SteppedClock {
  offsetMs = 0;
  steppedMs = 0;
  before = 0;
  #path;
  #slackMs;

  /** @param {string} folder @param {number} slackMs how long a step may be seen late */
  constructor(folder, slackMs) {
    this.#slackMs = slackMs;
    this.#path = join(folder, 'clock');
    this.env = {
      LD_PRELOAD: library(),
      FAKETIME_TIMESTAMP_FILE: this.#path,
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      FAKETIME_NO_CACHE: '1',
    };
    this.step(0);
  }

  /** @param {number} offsetMs */
  step(offsetMs) {
    // Replaced as a whole: it is read at every look at the clock.
    writeFileSync(`${this.#path}.new`, `${offsetMs < 0 ? '-' : '+'}${Math.abs(offsetMs) / 1000}\n`);
    renameSync(`${this.#path}.new`, this.#path);
    this.before = this.offsetMs;
    this.offsetMs = offsetMs;
    this.steppedMs = Date.now();
  }

  /** What it shows now. */
  get nowMs() {
    return Date.now() + this.offsetMs;
  }

  /** What the stepped clock may show now: around a step, before it or after it. */
  readings() {
    const now = Date.now();
    const around = now - this.steppedMs < this.#slackMs;
    return (around ? [this.before, this.offsetMs] : [this.offsetMs]).map((offset) => now + offset);
  }
}

/**
 * Whether what a block says of time is right; sentences if not.
 *
 * @param {import('../../kit/event-child.mjs').SeenEvent} event
 * @param {number} slackMs
 */
function blockFaults({ block, elapsed_ms, interval_ms }, slackMs) {
  const wrong = (/** @type {number} */ ms) => !(ms >= 0 && ms <= BLOCK_MS + slackMs);
  const faults = [];
  if (wrong(elapsed_ms)) faults.push(`block ${block} took ${elapsed_ms} ms`);
  if (interval_ms !== null && wrong(interval_ms))
    faults.push(`block ${block} came ${interval_ms} ms after the one before`);
  return faults;
}

/** @param {import('../campaigns.mjs').Setting} setting */
async function run({ scope, tally, runs, short }) {
  const { slackMs, ping, leastBlocks, mostBlocks } = short ? SHORT : LONG;
  const near = (/** @type {string} */ stamp, /** @type {number[]} */ shown) =>
    shown.some((reading) => Math.abs(Date.parse(stamp) - reading) <= slackMs);
  const folder = scope.folder();
  const log = join(folder, 'run.ndjson');
  const clock = new SteppedClock(folder, slackMs);
  const { env } = clock;
  /** @type {Map<number, number[]>} */
  const readings = new Map();
  /** @type {string[]} */
  const stampFaults = [];
  const check =
    (/** @type {string} */ who) => (/** @type {import('../../kit/event-child.mjs').SeenEvent} */ event) => {
      const shown = clock.readings();
      if (event.event === 'block') readings.set(event.block, shown);
      if (!near(event.at, shown))
        stampFaults.push(
          `the ${who} stamped ${event.event} ${event.at}, its clock said ${new Date(clock.nowMs).toISOString()}`,
        );
      return event.event !== 'receipt';
    };
  const server = await serve(scope, { env, keep: check('server'), args: ['--ping', ping] });
  const url = `${server.url}/${STREAM}&rate=${PER_SECOND}`;
  const all = ['--block-size', String(BLOCK), '--log', log, '--ping', ping, '--json'];
  let client = tidemark(scope, ['connect', url, '--client', 'alice', ...all], { env, keep: check('client') });
  await client.event('connected');
  const startMs = performance.now();
  await client.event('block'); // so that the log holds the time before the first step
  let told = 0;
  for (let done = 0; done < runs; done++) {
    tally.progress(done, runs);
    clock.step(STEPS_MS[done % STEPS_MS.length] ?? 0);
    await sleep(1500);
    const blocks = client.events.filter(({ event }) => event === 'block').slice(told);
    told += blocks.length;
    const faults = blocks.flatMap((block) => blockFaults(block, slackMs));
    // 15 blocks in 1.5 s: fewer or more mean that the schedule followed the wall clock.
    if (blocks.length < leastBlocks || blocks.length > mostBlocks)
      faults.push(`${blocks.length} blocks in 1.5 s`);
    tally.run([...faults, ...stampFaults.splice(0)]);
  }
  client.kill('SIGINT');
  await client.end();
  const [end] = client.ends();
  const faults = [];
  if (end.resumes > 0) faults.push(`${end.resumes} resumes: the heartbeat followed the wall clock`);
  const elapsedMs = performance.now() - startMs;
  if (Math.abs(end.duration_ms - elapsedMs) > slackMs)
    faults.push(`${end.duration_ms} ms for a run of ${elapsedMs} ms`);
  for (const { block, at, messages } of readBlocks(log)) {
    const shown = readings.get(block);
    const wrong = [at, ...messages.map((message) => message.at)].find(
      (stamp) => shown === undefined || !near(stamp, shown),
    );
    if (wrong !== undefined) faults.push(`block ${block} of the log has the time ${wrong}`);
  }
  const stamps = readBlocks(log).map(({ at }) => at.slice(0, 13));
  if (new Set(stamps).size < 2) faults.push('the log shows no step: the clock was not stepped');
  const count = end.messages + TAIL;
  client = tidemark(scope, ['connect', '--resume', '--count', String(count), ...all.slice(2)]);
  await client.end();
  const text = readFileSync(log, 'utf8');
  const compared = compareLog(readBlocks(log), texts(STREAM, count));
  faults.push(...compared.faults, ...endFaults(client.ends()[0], count));
  if (faults.length > 0) tally.run(faults, compared);
  tally.note(
    `${runs} steps of an hour in ${Math.round(elapsedMs / 1000)} s; the run's own duration is ${Math.round(end.duration_ms / 1000)} s; ${text.length} bytes of log`,
  );
}

/** @type {import('../campaigns.mjs').Campaign} */
export const clockStep = {
  name: 'clock-step',
  fault: 'the wall clock of both ends is stepped an hour forward and back',
  runs: 40,
  shortRuns: 4,
  packages: ['faketime', 'libfaketime'],
  run,
};
