/** @type {import('../planted-bug.mjs').PlantedBug[]} */
export const bugs = [
  {
    name: 'what another member counted is not added',
    harm: 'with workers, /metrics and the dashboards show a part of the clients and messages, and nobody notices',
    file: 'src/server/cluster/measured.ts',
    find: 'clients: all.clients + next.clients,',
    replace: 'clients: all.clients,',
    test: 'test/server/cluster/cluster.test.ts',
  },
  {
    name: 'a member that does not answer is not named',
    harm: 'half a roster looks like a whole one',
    file: 'src/server/api/clients.ts',
    find: '...(alone ? {} : { missing }),',
    replace: '...(alone ? {} : { missing: [] }),',
    test: 'test/server/cluster/cluster.test.ts',
  },
  {
    name: 'block times of members are not merged by their buckets',
    harm: 'the percentiles of the live page leave out the slow clients of other workers',
    file: 'src/server/clients/block-times.ts',
    find: 'for (const buckets of [only, ...others]) {',
    replace: 'for (const buckets of [only]) {',
    test: 'test/server/cluster/live-lines.test.ts',
  },
];
