/** Each way takes 100 ms more, give or take 50: the latency that the clients measure has to say just that. */

import { quantile } from '../../kit/quantile.mjs';
import { serve } from '../../kit/tidemark.mjs';
import { texts } from '../../kit/truth.mjs';
import { takenThrough } from '../chaos.mjs';
import { earlyFaults, latencyFaults, tooSoonFaults } from '../evidence.mjs';

const LEAST_MS = 50;
const MOST_MS = 150;
const SPEC = `delay=${LEAST_MS}ms,jitter=${MOST_MS - LEAST_MS}ms`;
const STREAM = 'users?seed=7';
const CLIENTS = 10;
const SHORT_CLIENTS = 20;
/** So far apart that no message waits for the one before it: each has a delay of its own, spread evenly. */
const PER_SECOND = 1000 / (MOST_MS - LEAST_MS);
/** The answer to a receipt comes before the last message of the next block, and does not hold it up, either. */
const BLOCK = 3;
const SECONDS = 9;
const SHORT_SECONDS = 3;

/** @param {import('../campaigns.mjs').Setting} setting */
async function run({ scope, tally, runs, short, random }) {
  const server = await serve(scope);
  const most = short ? SHORT_CLIENTS : CLIENTS;
  const expected = texts(STREAM, PER_SECOND * (short ? SHORT_SECONDS : SECONDS));
  const setting = { server, stream: STREAM, delivery: `rate=${PER_SECOND}`, block: BLOCK, expected };
  const clean = await takenThrough(scope, { ...setting, clients: Math.min(most, runs), spec: '' });
  const wrong = clean.runs.flatMap(({ faults }) => faults);
  if (wrong.length > 0) throw new Error(`without a delay: ${wrong[0]}`);
  /** @type {import('../chaos.mjs').Taken[]} */
  const late = [];
  for (let done = 0; done < runs; done += most) {
    tally.progress(done, runs);
    const spec = `${SPEC},seed=${random.between(1, 1e6)}`;
    const delayed = await takenThrough(scope, { ...setting, clients: Math.min(most, runs - done), spec });
    late.push(...delayed.runs);
    for (const each of delayed.runs) tally.run([...each.faults, ...earlyFaults(each, LEAST_MS)], each);
  }
  const [before, after] = [shown(clean.runs), shown(late)];
  const way = { leastMs: LEAST_MS, mostMs: MOST_MS };
  const faults = short ? tooSoonFaults(after, way) : latencyFaults(before, after, way);
  if (faults.length > 0) tally.run(faults);
  tally.note(`latency p50 ${text(after)}; without a delay p50 ${text(before)}`);
}

/** @param {readonly import('../chaos.mjs').Taken[]} runs */
function shown(runs) {
  const timed = runs.flatMap((each) => each.timed).filter(({ latency_ms }) => latency_ms !== null);
  const latencies = timed.map(({ latency_ms }) => latency_ms);
  return {
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
    error: quantile(
      timed.map(({ clock_error_ms }) => clock_error_ms),
      0.5,
    ),
  };
}

/** @param {ReturnType<typeof shown>} latencies */
function text({ p50, p99, error }) {
  return `${p50.toFixed(1)}, p99 ${p99.toFixed(1)} ms, clocks known to ± ${error.toFixed(1)} ms`;
}

/** @type {import('../campaigns.mjs').Campaign} */
export const delay = {
  name: 'delay',
  fault: 'each way takes 100 ms more, give or take 50',
  runs: 50,
  shortRuns: SHORT_CLIENTS,
  run,
};
