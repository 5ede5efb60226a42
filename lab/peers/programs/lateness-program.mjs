/** Takes paced messages on many connections, and tells how late each came, against the moment it was meant for. */
import { setTimeout as sleep } from 'node:timers/promises';
import { quantile } from '../../kit/quantile.mjs';
import { dial, FrameWalk } from '../frames.mjs';
import { answerQuestions } from '../questions.mjs';
import { requireSteadyClock, wallMs } from '../wall-clock.mjs';

const MARK_BYTE = 0x1e;

class PacedConnection {
  /** @type {number | undefined} */
  t0Ms;
  /** @type {Error | undefined} */
  failure;
  #walk = new FrameWalk();
  #socket;
  #seq = 0;
  #address;
  #late;

  /**
   * @param {import('../frames.mjs').Address & { ratePerSecond: number }} address
   * @param {(ms: number) => void} late told of each message's lateness in milliseconds
   */
  constructor(address, late) {
    this.#address = address;
    this.#late = late;
    this.#walk.keepNext((payload) => this.#take(payload));
    this.#socket = dial(address, this);
  }

  open() {}

  /** @param {Buffer} buffer @param {number} start @param {number} end */
  chunk(buffer, start, end) {
    try {
      this.#walk.walk(buffer, start, end);
    } catch (error) {
      this.#socket.destroy(/** @type {Error} */ (error));
    }
  }

  /** @param {Error | undefined} error */
  closed(error) {
    this.failure = error ?? new Error('the server closed the connection');
  }

  destroy() {
    this.#socket.destroy();
  }

  /** @param {Buffer} payload */
  #take(payload) {
    const nowMs = wallMs();
    this.#walk.keepNext((next) => this.#take(next));
    if (this.t0Ms === undefined) {
      // A welcome of tidemark.v1 begins with a mark, the peer's first message does not.
      this.t0Ms = JSON.parse(payload.subarray(payload[0] === MARK_BYTE ? 1 : 0).toString()).t0_ms;
      return;
    }
    this.#late(nowMs - this.t0Ms - (this.#seq * 1000) / this.#address.ratePerSecond);
    this.#seq++;
  }
}

answerQuestions(async ({ connections: amount, spreadMs, measureMs, ...address }) => {
  /** @type {PacedConnection[]} */
  const connections = [];
  /** @type {number[]} */
  const lateMs = [];
  let counting = false;
  const late = (/** @type {number} */ ms) => {
    if (counting) lateMs.push(ms);
  };
  requireSteadyClock();
  try {
    for (let i = 0; i < amount; i++) {
      connections.push(new PacedConnection(address, late));
      await sleep(spreadMs / amount);
    }
    await sleep(200);
    counting = true;
    await sleep(measureMs);
    counting = false;
    const failed = connections.find(({ failure }) => failure !== undefined);
    if (failed !== undefined) throw failed.failure;
  } finally {
    for (const connection of connections) connection.destroy();
  }
  requireSteadyClock();
  const expected = (amount * measureMs * address.ratePerSecond) / 1000;
  if (lateMs.length < expected * 0.9) {
    throw new Error(`${lateMs.length} messages came where about ${expected} were due`);
  }
  return {
    p50Ms: quantile(lateMs, 0.5),
    p99Ms: quantile(lateMs, 0.99),
    leastMs: Math.min(...lateMs),
    mostMs: Math.max(...lateMs),
    messages: lateMs.length,
    wholeT0: connections.every(({ t0Ms }) => Number.isInteger(t0Ms)),
  };
});
