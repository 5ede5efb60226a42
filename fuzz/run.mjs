// npm run fuzz -- TARGET|all [--inputs N] [--seconds S] [--seed K] [--replay INPUT]. See README.md. Build first.
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { Finding, LONGEST_INPUT_MS, runOne } from './campaign.mjs';
import { openTarget, TARGET_NAMES } from './targets.mjs';

const MOST_INPUT_BYTES = 1 << 20;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    inputs: { type: 'string' },
    seconds: { type: 'string' },
    seed: { type: 'string' },
    replay: { type: 'string' },
  },
});
const [asked = 'all'] = positionals;
const names = asked === 'all' ? TARGET_NAMES : [asked];
if (!names.every((name) => TARGET_NAMES.includes(name))) {
  console.error(`no target ${JSON.stringify(asked)}: the targets are ${TARGET_NAMES.join(', ')}, all`);
  process.exit(1);
}

try {
  if (values.replay !== undefined) {
    const target = await openTarget(asked);
    console.log(await runOne(target, Buffer.from(values.replay, 'base64url')));
    target.close?.();
  } else {
    for (const name of names) await campaign(name);
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

/** In a thread of its own, so that an input that never ends is found and shown. */
function campaign(name) {
  const seed = values.seed === undefined ? randomInt(2 ** 47) : Number(values.seed);
  const inputs = values.inputs === undefined ? undefined : Number(values.inputs);
  const seconds =
    values.seconds === undefined && inputs === undefined ? 10 : values.seconds && Number(values.seconds);
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
    for (const signal of ['SIGINT', 'SIGTERM']) {
      process.once(signal, () => {
        console.log(`${name}: seed ${seed}, ${Atomics.load(count, 0)} inputs, stopped, nothing found`);
        process.exit(1);
      });
    }
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
      for (const signal of ['SIGINT', 'SIGTERM']) process.removeAllListeners(signal);
      reject(new Error(`${name}: seed ${seed}: ended early`));
    });
  });
}
