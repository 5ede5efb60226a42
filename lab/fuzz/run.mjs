/** npm run fuzz: a campaign for each target, side by side, each in a thread of its own. See README.md. Build first. */
import { randomInt } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { known, parseOptions, text, wholeNumber } from '../kit/options.mjs';
import { runTool } from '../kit/tool.mjs';
import { Finding, LONGEST_INPUT_MS, runOne } from './campaign.mjs';
import { openTarget, TARGET_NAMES } from './targets.mjs';

const USAGE = `Usage: npm run fuzz -- [TARGET|all] [options]

  --seconds S      how long each campaign runs (default: 10)
  --inputs N       how many inputs each gets, however long they take
  --seed K         repeats the inputs of an earlier run (default: a new seed, which is printed)
  --replay INPUT   runs one input, as a finding prints it; needs a TARGET
  --help           prints this text`;

const OPTIONS = { inputs: wholeNumber(), seconds: wholeNumber(), seed: wholeNumber(0), replay: text };
const MOST_INPUT_BYTES = 1 << 20;

/** What bounds a campaign, undefined where nothing does. @typedef {{ inputs: number | undefined, seconds: number | undefined, seed: number }} Bounds */

await runTool(async (args) => {
  const { positionals, inputs, seconds, seed, replay, help } = parseOptions(args, OPTIONS, 1);
  if (help) return console.log(USAGE);
  const asked = known('target', positionals[0] ?? 'all', [...TARGET_NAMES, 'all']);
  if (replay !== undefined) return await replayed(asked, replay);
  const left = (asked === 'all' ? TARGET_NAMES : [asked]).values(); // shared: each takes the next
  const bounds = { inputs, seconds: seconds ?? (inputs === undefined ? 10 : undefined) };
  const inTurn = async () => {
    for (const name of left) await campaign(name, { ...bounds, seed: seed ?? randomInt(2 ** 32) });
  };
  await Promise.all(Array.from({ length: availableParallelism() }, inTurn));
});

/** @param {string} name @param {string} input */
async function replayed(name, input) {
  if (name === 'all') throw new Error('--replay needs the name of one target');
  const target = await openTarget(name);
  console.log(await runOne(target, Buffer.from(input, 'base64url')));
  target.close?.();
}

/** In a thread of its own, so that an input that never ends is found and shown. @param {string} name @param {Bounds} bounds */
function campaign(name, bounds) {
  const { seed } = bounds;
  const current = new SharedArrayBuffer(MOST_INPUT_BYTES + 8);
  const [count, length] = [new Int32Array(current, 0, 1), new Int32Array(current, 4, 1)];
  const worker = new Worker(new URL('worker.mjs', import.meta.url), {
    workerData: { name, ...bounds, current },
  });
  const shown = () => Buffer.from(current.slice(8, 8 + (length[0] ?? 0)));
  return new Promise((resolve, reject) => {
    let seen = -1;
    let beats = 0;
    const watch = setInterval(() => {
      const now = Atomics.load(count, 0);
      beats = now === seen && now !== 0 ? beats + 1 : 0;
      seen = now;
      if (beats < 10) return;
      fail(new Finding(name, shown(), `has not ended after ${10 * LONGEST_INPUT_MS} ms`));
      void worker.terminate();
    }, LONGEST_INPUT_MS);
    const stopped = () =>
      console.log(`${name}: seed ${seed}, ${Atomics.load(count, 0)} inputs, stopped, nothing found`);
    process.on('exit', stopped);
    const fail = (/** @type {Error} */ error) => {
      process.off('exit', stopped);
      reject(error);
    };
    worker.on('message', ({ failure, result }) => {
      if (failure !== undefined) return fail(new Error(`seed ${seed}: ${failure}`));
      const { inputs: done, outcomes, seconds: took } = result;
      console.log(
        `${name}: seed ${seed}, ${done} inputs, ${outcomes} outcomes, ${took.toFixed(1)} s, nothing found`,
      );
      resolve(undefined);
    });
    // Thrown in a later turn, so that nothing tells it from the input that was being run.
    worker.on('error', (error) => fail(new Finding(name, shown(), error)));
    worker.on('exit', () => {
      clearInterval(watch);
      fail(new Error(`${name}: seed ${seed}: ended early`));
    });
  });
}
