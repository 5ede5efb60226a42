// npm run fuzz -- TARGET|all [--inputs N] [--seconds S] [--seed K] [--replay INPUT]. See README.md. Build first.
import { randomInt } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { Finding, LONGEST_INPUT_MS, runOne } from './campaign.mjs';
import { parseOptions, USAGE } from './options.mjs';
import { openTarget, TARGET_NAMES } from './targets.mjs';

const MOST_INPUT_BYTES = 1 << 20;
const STOPPING = ['SIGINT', 'SIGTERM'];

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1); // whatever else runs
}

async function main() {
  const options = parseOptions(process.argv.slice(2), TARGET_NAMES);
  if (options.help) return console.log(USAGE);
  if (options.replay !== undefined) {
    const target = await openTarget(options.names[0]);
    console.log(await runOne(target, Buffer.from(options.replay, 'base64url')));
    target.close?.();
    return;
  }
  const left = options.names.values(); // shared: each takes the next
  await Promise.all(Array.from({ length: availableParallelism() }, () => campaigns(left, options)));
}

/** One after the other, as many as nobody else has taken. */
async function campaigns(left, options) {
  for (const name of left) await campaign(name, options);
}

/** In a thread of its own, so that an input that never ends is found and shown. */
function campaign(name, { inputs, seconds, seed = randomInt(2 ** 47) }) {
  const current = new SharedArrayBuffer(MOST_INPUT_BYTES + 8);
  const [count, length] = [new Int32Array(current, 0, 1), new Int32Array(current, 4, 1)];
  const worker = new Worker(new URL('worker.mjs', import.meta.url), {
    workerData: { name, inputs, seconds, seed, current },
  });
  const shown = () => Buffer.from(current.slice(8, 8 + length[0]));
  return new Promise((resolve, reject) => {
    let seen = -1;
    let beats = 0;
    const watch = setInterval(() => {
      const now = Atomics.load(count, 0);
      beats = now === seen && now !== 0 ? beats + 1 : 0;
      seen = now;
      if (beats < 10) return;
      reject(new Finding(name, shown(), `has not ended after ${10 * LONGEST_INPUT_MS} ms`));
      void worker.terminate();
    }, LONGEST_INPUT_MS);
    const stop = () => {
      console.log(`${name}: seed ${seed}, ${Atomics.load(count, 0)} inputs, stopped, nothing found`);
      setImmediate(() => process.exit(1)); // when all have said how far they are
    };
    for (const signal of STOPPING) process.once(signal, stop);
    worker.on('message', ({ failure, result }) => {
      if (failure !== undefined) return reject(new Error(`seed ${seed}: ${failure}`));
      const { inputs: done, outcomes, seconds: took } = result;
      console.log(
        `${name}: seed ${seed}, ${done} inputs, ${outcomes} outcomes, ${took.toFixed(1)} s, nothing found`,
      );
      resolve(undefined);
    });
    // Thrown in a later turn, so that nothing tells it from the input that was being run.
    worker.on('error', (error) => reject(new Finding(name, shown(), error)));
    worker.on('exit', () => {
      clearInterval(watch);
      for (const signal of STOPPING) process.off(signal, stop);
      reject(new Error(`${name}: seed ${seed}: ended early`));
    });
  });
}
