/**
 * Takes all that comes on some connections for a while, and counts. The first and the last counted message of every
 * connection are kept, so that the count can be checked against their seqs, and their bytes against `gen`.
 *
 * With `messagesAConnection` a connection is ended after about so many messages and a new one takes its place, so
 * that a server sends the same messages again and again, which it may keep ready.
 */
import { dial, FrameWalk, textFrame } from '../frames.mjs';
import { answerQuestions } from '../questions.mjs';

/**
 * @typedef {'warm' | 'count' | 'end'} Phase
 *
 * @typedef {object} Part what a connection takes
 * @property {number} messagesAConnection
 * @property {string} [greeting]
 *
 * @typedef {import('../counted.mjs').Counted & { payloadBytes: number }} CountedBytes
 *
 * @typedef {object} Hooks
 * @property {() => Phase} phase
 * @property {(result: CountedBytes | undefined) => void} finished
 * @property {(error: Error) => void} failed
 */

/** Counting begins and ends with a whole message, so the count is exact. */
class CountedConnection {
  #walk = new FrameWalk();
  #part;
  #state = 'waiting'; // for the phase to begin, then: beginning, counting, ending, done
  #socket;
  #hooks;
  /** @type {{ first: Buffer, messages: number, payloadBytes: number }} */
  #begun = { first: Buffer.alloc(0), messages: 0, payloadBytes: 0 };

  /** @param {Part & import('../frames.mjs').Address} part @param {Hooks} hooks */
  constructor(part, hooks) {
    this.#part = part;
    this.#hooks = hooks;
    this.#socket = dial(part, this);
  }

  open() {
    if (this.#part.greeting !== undefined) this.#socket.write(textFrame(this.#part.greeting));
  }

  /** @param {Buffer} buffer @param {number} start @param {number} end */
  chunk(buffer, start, end) {
    if (this.#state === 'waiting' && this.#hooks.phase() === 'count') {
      this.#state = 'beginning';
      this.#walk.keepNext((payload) => this.#begin(payload));
    } else if (this.#walk.messages >= this.#part.messagesAConnection || this.#hooks.phase() === 'end') {
      if (this.#state === 'waiting') return this.#finish(undefined);
      if (this.#state === 'counting') {
        this.#state = 'ending';
        this.#walk.keepNext((payload) => this.#end(payload));
      }
    }
    try {
      this.#walk.walk(buffer, start, end);
    } catch (error) {
      this.#socket.destroy(/** @type {Error} */ (error));
    }
  }

  /** @param {Error | undefined} error */
  closed(error) {
    if (this.#state !== 'done') this.#hooks.failed(error ?? new Error('the server closed the connection'));
  }

  destroy() {
    this.#state = 'done';
    this.#socket.destroy();
  }

  /** @param {Buffer} payload */
  #begin(payload) {
    const { messages, payloadBytes } = this.#walk;
    this.#begun = { first: payload, messages, payloadBytes };
    this.#state = 'counting';
  }

  /** @param {Buffer} payload */
  #end(payload) {
    const { first, messages, payloadBytes } = this.#begun;
    this.#finish({
      first: first.toString('latin1'),
      last: payload.toString('latin1'),
      count: this.#walk.messages - messages + 1,
      payloadBytes: this.#walk.payloadBytes - payloadBytes + first.length,
    });
  }

  /** @param {CountedBytes | undefined} result */
  #finish(result) {
    this.destroy();
    this.#hooks.finished(result);
  }
}

/** One connection after the other, until the phase is over. */
class Slot {
  /** @type {CountedBytes[]} */
  results = [];
  /** @type {Promise<void>} */
  ended;
  passes = 0;
  #part;
  #phase;
  /** @type {CountedConnection | undefined} */
  #connection;
  #resolve = () => {};
  #reject = (/** @type {Error} */ _error) => {};

  /** @param {Part & import('../frames.mjs').Address} part @param {{ now: Phase }} phase */
  constructor(part, phase) {
    this.#part = part;
    this.#phase = phase;
    this.ended = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#next();
  }

  destroy() {
    this.#connection?.destroy();
  }

  #next() {
    this.#connection = new CountedConnection(this.#part, {
      phase: () => this.#phase.now,
      finished: (result) => {
        this.passes++;
        if (result !== undefined) this.results.push(result);
        if (this.#phase.now === 'end') this.#resolve();
        else this.#next();
      },
      failed: this.#reject,
    });
  }
}

/** @typedef {{ connections?: number, warmUpMs: number, measureMs: number, warmUpPasses?: number }} Counting */

/** @param {Counting & import('../frames.mjs').Address & Partial<Part>} question */
async function count({ connections = 1, warmUpMs, measureMs, warmUpPasses = 0, ...address }) {
  const part = { messagesAConnection: Number.POSITIVE_INFINITY, ...address };
  const phase = { now: /** @type {Phase} */ ('warm'), startMs: 0, endMs: 0 };
  /** @type {Slot[]} */
  const slots = [];
  /** @type {Set<NodeJS.Timeout>} */
  const timers = new Set();
  const after = (/** @type {number} */ waitMs, /** @type {() => void} */ act) =>
    timers.add(setTimeout(act, waitMs));
  const warm = () => {
    if (slots.some(({ passes }) => passes < warmUpPasses)) return after(10, warm);
    phase.now = 'count';
    phase.startMs = performance.now();
    after(measureMs, () => {
      phase.now = 'end';
      phase.endMs = performance.now();
    });
  };
  for (let i = 0; i < connections; i++) slots.push(new Slot(part, phase));
  after(warmUpMs, warm);
  try {
    await Promise.all(slots.map(({ ended }) => ended));
  } finally {
    for (const timer of timers) clearTimeout(timer);
    for (const slot of slots) slot.destroy();
  }
  // A server that forgets some of its clients for the whole time has sent them nothing: that is its figure.
  const served = slots.filter(({ results }) => results.length > 0);
  if (served.length === 0) throw new Error('no message came in the time that is counted');
  // One time for all: a connection that is served in bursts would look fast in a time of its own. What a connection
  // still counts after the end is the one message that ends its count.
  const seconds = (phase.endMs - phase.startMs) / 1000;
  const results = served.flatMap((slot) => slot.results);
  return {
    messagesPerSecond: results.reduce((sum, { count }) => sum + count, 0) / seconds,
    bytesPerSecond: results.reduce((sum, { payloadBytes }) => sum + payloadBytes, 0) / seconds,
    unserved: slots.length - served.length,
    connections: results.map(({ first, last, count }) => ({ first, last, count })),
  };
}

answerQuestions(count);
