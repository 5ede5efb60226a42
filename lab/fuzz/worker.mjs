// The thread of one campaign: shows its current input to the one that watches it.
import { parentPort, workerData } from 'node:worker_threads';
import { runCampaign } from './campaign.mjs';
import { openTarget } from './targets.mjs';

const { name, inputs, seconds, seed, current } = workerData;
const count = new Int32Array(current, 0, 1);
const length = new Int32Array(current, 4, 1);
const shown = new Uint8Array(current, 8);
Error.stackTraceLimit = 0; // most inputs end in an error: a replay shows the stack
const target = await openTarget(name);
try {
  const before = (/** @type {Buffer} */ input) => {
    shown.set(input);
    length[0] = input.length;
    Atomics.add(count, 0, 1);
  };
  const result = await runCampaign(target, { inputs, seconds, seed, before });
  parentPort?.postMessage({ result });
} catch (error) {
  parentPort?.postMessage({ failure: error instanceof Error ? error.message : String(error) });
} finally {
  target.close?.();
}
