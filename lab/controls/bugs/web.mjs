/** @type {import('../planted-bug.mjs').PlantedBug[]} */
export const bugs = [
  {
    name: 'the live page counts again what its server says again',
    harm: 'every reconnection draws the last minutes once more',
    file: 'web/live/state/history.ts',
    find: 'history.filter(({ at_ms }) => at_ms < first.at_ms)',
    replace: 'history',
    test: 'test/web/live/state/live-state.test.ts',
  },
  {
    name: 'a client at full speed that takes nothing is like any other on the live page',
    harm: 'a client that hangs is not seen',
    file: 'web/live/state/client-condition.ts',
    find: 'stillMs >= STILL_MS',
    replace: 'false',
    test: 'test/web/live/state/roster.test.ts',
  },
  {
    name: 'a tab that takes part gives an answer to its own block alone',
    harm: 'blocks from before an outage wait for their verdict for ever',
    file: 'web/live/state/own-run.ts',
    find: '(block) => block <= event.block',
    replace: '(block) => block === event.block',
    test: 'test/web/live/state/own-run.test.ts',
  },
  {
    name: 'the live page counts connections that ended well as lost',
    harm: 'a server that all clients left in peace looks like one that loses them',
    file: 'web/live/state/departures.ts',
    find: 'left.filter(isBad).length',
    replace: 'left.length',
    test: 'test/web/live/state/departures.test.ts',
  },
];
