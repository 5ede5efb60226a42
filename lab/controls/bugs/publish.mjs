/** @type {import('../planted-bug.mjs').PlantedBug[]} */
export const bugs = [
  {
    name: 'a message that is published names no message before it',
    harm: 'what was late on its way is stored again, and what follows one that was lost leaves a gap',
    file: 'src/publish/nats/subject-target.ts',
    find: '      expect,\n',
    replace: '',
    test: 'test/publish/nats/subject-target.test.ts',
  },
  {
    name: 'the publisher takes the word of deduplication for a message that is gone',
    harm: 'a subject that was purged is said to have what it has not',
    file: 'src/publish/nats/subject-target.ts',
    find: 'if (ack.duplicate) throw',
    replace: 'if (false) throw',
    test: 'test/publish/nats/subject-target.test.ts',
  },
  {
    name: 'two publishers of one subject are not told',
    harm: 'both think that they publish, each half of the stream',
    file: 'src/publish/nats/subject-target.ts',
    find: 'if (++this.#strangers === MOST_STRANGERS)',
    replace: 'if (++this.#strangers < 0)',
    test: 'test/publish/nats/subject-target.test.ts',
  },
  {
    name: 'any number of messages is on its way',
    harm: 'a target that is slow is given all of the memory',
    file: 'src/publish/publisher.ts',
    find: 'return this.#inFlight < this.#target.window &&',
    replace: 'return this.#inFlight < 10_000 &&',
    test: 'test/publish/publisher.test.ts',
  },
];
