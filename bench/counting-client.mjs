/**
 * Takes all that comes on some connections for a while, and counts. The first and the last counted message of every
 * connection are kept, so that the count can be checked against their seqs, and their bytes against `gen`.
 */
import { dial, FrameWalk, textFrame } from './frames.mjs';
import { answerQuestions } from './questions.mjs';

/** Counting begins and ends with a whole message, so the count is exact. */
class CountedConnection {
  result;
  #walk = new FrameWalk();
  #phase;
  #begun;
  #socket;
  #done;
  #greeting;

  constructor(address, { greeting, phase, done }) {
    this.#phase = phase;
    this.#done = done;
    this.#greeting = greeting;
    this.#socket = dial(address, this);
  }

  open() {
    if (this.#greeting !== undefined) this.#socket.write(textFrame(this.#greeting));
  }

  chunk(buffer, start, end) {
    if (this.#begun === undefined && this.#phase.now === 'count') {
      this.#begun = { first: undefined };
      this.#walk.keepNext((payload) => this.#begin(payload));
    } else if (this.#phase.now === 'end' && this.#begun?.first !== undefined && !this.#begun.ending) {
      this.#begun.ending = true;
      this.#walk.keepNext((payload) => this.#end(payload));
    }
    try {
      this.#walk.walk(buffer, start, end);
    } catch (error) {
      this.#socket.destroy(error);
    }
  }

  closed(error) {
    this.#done(this.result === undefined ? (error ?? new Error('the server closed the connection')) : undefined);
  }

  destroy() {
    this.#socket.destroy();
  }

  #begin(payload) {
    const { messages, payloadBytes } = this.#walk;
    this.#begun = { first: payload, messages, payloadBytes, atMs: performance.now(), ending: false };
  }

  #end(payload) {
    const { first, messages, payloadBytes, atMs } = this.#begun;
    this.result = {
      first: first.toString('latin1'),
      last: payload.toString('latin1'),
      // The first one is counted by its bytes and its time, the last one likewise: one of them is the interval's end.
      count: this.#walk.messages - messages + 1,
      messages: this.#walk.messages - messages,
      payloadBytes: this.#walk.payloadBytes - payloadBytes,
      elapsedMs: performance.now() - atMs,
    };
    this.#socket.destroy();
  }
}

async function count({ port, path, greeting, connections = 1, warmUpMs, measureMs }) {
  const phase = { now: 'warm' };
  const counted = [];
  const ended = [];
  for (let i = 0; i < connections; i++) {
    ended.push(
      new Promise((resolve, reject) => {
        const done = (error) => (error === undefined ? resolve() : reject(error));
        counted.push(new CountedConnection({ port, path }, { greeting, phase, done }));
      }),
    );
  }
  const timers = [
    setTimeout(() => {
      phase.now = 'count';
    }, warmUpMs),
    setTimeout(() => {
      phase.now = 'end';
    }, warmUpMs + measureMs),
  ];
  try {
    await Promise.all(ended);
  } finally {
    for (const timer of timers) clearTimeout(timer);
    for (const connection of counted) connection.destroy();
  }
  const results = counted.map(({ result }) => result);
  const perSecond = (amount) =>
    results.reduce((sum, result) => sum + (result[amount] * 1000) / result.elapsedMs, 0);
  return {
    messagesPerSecond: perSecond('messages'),
    bytesPerSecond: perSecond('payloadBytes'),
    connections: results.map(({ first, last, count }) => ({ first, last, count })),
  };
}

answerQuestions(count);
