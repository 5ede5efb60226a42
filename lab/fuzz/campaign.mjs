// One campaign: inputs for one target, until there are enough, the time is over, or one fails.
import { Random } from '../kit/random.mjs';
import { Mutator } from './mutator.mjs';

/**
 * What is fuzzed: a decoder.
 *
 * @typedef {OpenTarget & { readonly name: string }} Target
 *
 * @typedef {object} OpenTarget
 * @property {readonly Buffer[]} corpus valid examples, and some that nearly are
 * @property {readonly string[]} words pieces that the decoder knows
 * @property {(bytes: Buffer) => string | Promise<string>} run decodes, and compares with an oracle if there is one;
 *   gives the outcome in a word: an input with a new one joins the corpus. It throws only for a defect.
 * @property {number} [atOnce] how many inputs run side by side, for a decoder that waits; 1 unless set, at most 64
 * @property {number} [mostBytes] how long an input may be; 4,096 unless set
 * @property {number} [longestMs] how long one input may take, of the processor's time; LONGEST_INPUT_MS unless set
 * @property {() => void} [close]
 */

/** How long one input may take, of the processor's time: the machine may be busy with something else. */
export const LONGEST_INPUT_MS = 1000;
const MOST_OUTCOMES = 2000;

/** An input that the target did not survive. */
export class Finding extends Error {
  /** @param {string} target @param {Buffer} input @param {unknown} cause */
  constructor(target, input, cause) {
    const why = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
    super(
      `${target}: ${why}\ninput ${JSON.stringify(input.toString('latin1').slice(0, 400))}\nreplay with: npm run fuzz -- ${target} --replay ${input.toString('base64url')}`,
    );
    this.input = input;
  }
}

/** @param {Target} target @param {Buffer} input @returns {Promise<string>} the outcome */
export async function runOne(target, input) {
  const { longestMs = LONGEST_INPUT_MS } = target;
  const first = await timed(target, input);
  if (first.cpuMs <= longestMs) return first.outcome;
  // What ran beside it may have taken the time: once more.
  const { cpuMs } = await timed(target, input);
  if (cpuMs > longestMs) throw new Finding(target.name, input, `took ${Math.round(cpuMs)} ms`);
  return first.outcome;
}

/** @param {Target} target @param {Buffer} input */
async function timed(target, input) {
  const start = process.cpuUsage();
  try {
    let outcome = target.run(input);
    if (typeof outcome !== 'string') outcome = await outcome;
    const { user, system } = process.cpuUsage(start);
    return { outcome, cpuMs: (user + system) / 1000 };
  } catch (error) {
    throw new Finding(target.name, input, error);
  }
}

/**
 * @param {Target} target
 * @param {{inputs?: number, seconds?: number, seed: number, before?: (input: Buffer) => void}} options
 * @returns {Promise<{inputs: number, outcomes: number, seconds: number}>} rejects with a Finding
 */
export async function runCampaign(
  target,
  { inputs = Number.POSITIVE_INFINITY, seconds = Number.POSITIVE_INFINITY, seed, before = () => {} },
) {
  const random = new Random(seed);
  const mutator = new Mutator(random, target.words, target.mostBytes);
  const corpus = [...target.corpus];
  /** @type {Set<string>} */
  const outcomes = new Set();
  const startMs = performance.now();
  const endMs = startMs + seconds * 1000;
  let done = 0;
  const once = target.atOnce ?? 1;
  while (done < inputs && (done % 64 !== 0 || performance.now() < endMs)) {
    const batch = [];
    for (; batch.length < once && done < inputs; done++) {
      const input = target.corpus[done] ?? mutator.make(corpus);
      before(input);
      batch.push(runOne(target, input).then((outcome) => ({ input, outcome })));
    }
    for (const { input, outcome } of await Promise.all(batch)) {
      if (outcomes.has(outcome) || outcomes.size >= MOST_OUTCOMES) continue;
      outcomes.add(outcome);
      corpus.push(Buffer.from(input));
    }
  }
  return { inputs: done, outcomes: outcomes.size, seconds: (performance.now() - startMs) / 1000 };
}
