/** @type {import('../planted-bug.mjs').PlantedBug[]} */
export const bugs = [
  {
    name: 'a planned fault is made on every connection',
    harm: 'a failure can not be run again as it was',
    file: 'src/chaos/fault/fault-schedule.ts',
    find: 'return this.#connection === 1 && when.message === message;',
    replace: 'return when.message === message;',
    test: 'test/chaos/fault/faulty-frames.test.ts',
  },
  {
    name: 'a flipped bit breaks UTF-8',
    harm: 'the WebSocket layer finds what the proof should find',
    file: 'src/chaos/fault/message-damage.ts',
    find: 'if (text && byte >= ASCII_END) continue;',
    replace: 'if (text && byte < ASCII_END) continue;',
    test: 'test/chaos/fault/faulty-frames.test.ts',
  },
  {
    name: 'a half-open path tells of the end',
    harm: 'no heartbeat is tested by it',
    file: 'src/chaos/chaos-proxy.ts',
    find: 'if (!path.halfOpen) server.destroySoon();',
    replace: 'server.destroySoon();',
    test: 'test/chaos/chaos-proxy.test.ts',
  },
  {
    name: 'the self-test does not look whether the fault was made',
    harm: 'a fault that never happened passes',
    file: 'src/selftest/fault-case.ts',
    find: 'planted.length === 1 && isAlone',
    replace: 'planted.length < 2 && isAlone',
    test: 'test/selftest/fault-case.extended.test.ts',
  },
];
