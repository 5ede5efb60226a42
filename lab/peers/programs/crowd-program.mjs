/** Holds a crowd of bare connections that are sent messages at a pace, and counts them on each. */
import { setTimeout as sleep } from 'node:timers/promises';
import { dial, FrameWalk } from '../frames.mjs';
import { answerQuestions } from '../questions.mjs';

/** The count of a connection may differ from its rate by what is late at either end, on a busy machine by more than a message. */
const SLACK_MS = 500;
const SLACK_MESSAGES = 1;

class Member {
  walk = new FrameWalk();
  /** @type {Error | undefined} */
  failure;
  #socket;

  /** @param {import('../frames.mjs').Address} address */
  constructor(address) {
    this.#socket = dial(address, this);
  }

  open() {}

  /** @param {Buffer} buffer @param {number} start @param {number} end */
  chunk(buffer, start, end) {
    this.walk.walk(buffer, start, end);
  }

  /** @param {Error | undefined} error */
  closed(error) {
    this.failure = error ?? new Error('the server closed the connection');
  }

  destroy() {
    this.#socket.destroy();
  }
}

/** @type {Member[]} */
let crowd = [];

/** @type {Record<string, (question: any) => Promise<number>>} */
const ANSWERS = {
  /** Comes, one connection after the other, evenly over a time. */
  come: async ({ connections, spreadMs, address }) => {
    const startMs = performance.now();
    for (let i = 0; i < connections; i++) {
      const waitMs = startMs + (i * spreadMs) / connections - performance.now();
      if (waitMs > 0) await sleep(waitMs);
      crowd.push(new Member(address));
    }
    while (crowd.some(({ walk, failure }) => walk.messages === 0 && failure === undefined)) await sleep(50);
    return crowd.length;
  },
  /** Counts for a time: how many messages there were on all connections together. */
  count: async ({ ratePerSecond, measureMs }) => {
    const before = crowd.map(({ walk }) => walk.messages);
    const startMs = performance.now();
    await sleep(measureMs);
    const expected = ((performance.now() - startMs) * ratePerSecond) / 1000;
    const counts = crowd.map(({ walk, failure }, i) => {
      if (failure !== undefined) throw failure;
      return walk.messages - before[i];
    });
    const slack = SLACK_MESSAGES + (SLACK_MS * ratePerSecond) / 1000;
    const odd = counts.find((count) => Math.abs(count - expected) > slack);
    if (odd !== undefined)
      throw new Error(`${odd} messages came where about ${expected.toFixed(1)} were due`);
    return counts.reduce((sum, count) => sum + count, 0);
  },
  leave: async () => {
    for (const member of crowd) member.destroy();
    crowd = [];
    return 0;
  },
};

answerQuestions(({ what, ...question }) => ANSWERS[what](question));
