/** @type {import('../planted-bug.mjs').PlantedBug[]} */
export const bugs = [
  {
    name: 'a message more than was asked for is sent',
    harm: 'runs with a count get one too many',
    file: 'src/delivery/delivery.ts',
    find: 'LAST_SEQ + 1 : this.from + count;',
    replace: 'LAST_SEQ + 1 : this.from + count + 1;',
    test: 'test/delivery/delivery.test.ts',
  },
  {
    name: 'messages are sent before they are due',
    harm: 'the rate is not what was asked for',
    file: 'src/delivery/delivery.ts',
    find: 'const dueBefore = this.#dueBefore(now.monotonicMs);',
    replace: 'const dueBefore = this.#dueBefore(now.monotonicMs + 100);',
    test: 'test/delivery/delivery.test.ts',
  },
  {
    name: 'a live stream begins at its reader, not at the epoch',
    harm: 'two replicas disagree on what is due now',
    file: 'src/delivery/delivery.ts',
    find: 'const liveStartMs = now.monotonicMs - (now.wallMs - LIVE_EPOCH_MS);',
    replace: 'const liveStartMs = now.monotonicMs - (1000 + 0 * LIVE_EPOCH_MS);',
    test: 'test/delivery/delivery.test.ts',
  },
  {
    name: 'the schedule drifts by a microsecond a message',
    harm: 'after ten minutes the rate is messages off',
    file: 'src/delivery/due-times.ts',
    find: 'return (k * 1000) / this.#perSecond;',
    replace: 'return (k * 1000) / this.#perSecond + k * 0.001;',
    test: 'test/delivery/schedule.test.ts',
  },
  {
    name: 'a burst is one message short',
    harm: 'bursts are not what was asked for',
    file: 'src/delivery/due-times.ts',
    find: 'return ((k - (k % this.#size)) * 1000) / this.#perSecond;',
    replace: 'return ((k - (k % Math.max(1, this.#size - 1))) * 1000) / this.#perSecond;',
    test: 'test/delivery/due-times.test.ts',
  },
];
