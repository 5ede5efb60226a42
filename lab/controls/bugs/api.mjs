/** @type {import('../planted-bug.mjs').PlantedBug[]} */
export const bugs = [
  {
    name: 'who may not connect is told what the server is',
    harm: 'the access token guards streams alone',
    file: 'src/server/door/door.ts',
    find: "if (asked.kind === 'api') return asked.audience === 'open';",
    replace: "if (asked.kind === 'api') return true;",
    test: 'test/server/api.test.ts',
  },
  {
    name: 'a server that closes says that it is ready',
    harm: 'clients are sent to a server that is about to go',
    file: 'src/server/api/api.ts',
    find: "if (!this.#sources.closing()) return { status: 200, sentence: 'ready' };",
    replace: "if (this.#sources.defaults.seed >= 0) return { status: 200, sentence: 'ready' };",
    test: 'test/server/api.test.ts',
  },
  {
    name: 'a server that closes lets clients in',
    harm: 'it has more to close than when it began, and drops them',
    file: 'src/server/door/door.ts',
    find: "if (this.#closed && (asked.kind === 'echo' || asked.kind === 'stream')) return stopping();",
    replace: '',
    test: 'test/server/api.test.ts',
  },
  {
    name: 'the document leaves out how requests are refused',
    harm: 'what is made of it takes a refusal for a broken server',
    file: 'src/server/api/openapi.ts',
    find: 'Object.fromEntries(refused)',
    replace: 'Object.fromEntries(refused.slice(0, 0))',
    test: 'test/server/api/openapi.test.ts',
  },
  {
    name: 'defaults are told that are not the server’s',
    harm: 'who asks for the kind alone gets another stream than was told',
    file: 'src/server/api/streams.ts',
    find: 'streamOffers(seed, secretSeed)',
    replace: 'streamOffers(1, secretSeed)',
    test: 'test/server/api/streams.test.ts',
  },
];
