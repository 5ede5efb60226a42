import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readLog } from './logs.ts';
import { freePort, outcome, type Process, pause, serveOn, temporaryFolder, tidemark } from './processes.ts';

const KILLS = 25;
const COUNT = 1500;
const GROUPS = [
  { name: 'ann', stream: 'users?seed=7', block: 5 },
  { name: 'ben', stream: 'arrays?shape=2,3&dist=normal&seed=3', block: 7 },
  { name: 'cat', stream: 'bytes?size=200', block: 100 },
  { name: 'dan', stream: 'users', block: 1 },
] as const;

test(`20 clients; the server killed with -9 and started again ${KILLS} times; every client ends PROVED`, {
  timeout: 180_000,
}, async () => {
  const folder = temporaryFolder();
  const port = await freePort();
  let server = await serveOn(port);
  const groups: Process[] = GROUPS.map(({ name, stream, block }) => {
    const url = `ws://127.0.0.1:${port}/${stream}${stream.includes('?') ? '&' : '?'}rate=200`;
    const options = ['--clients', '5', '--client', name, '--block', String(block), '--count', String(COUNT)];
    return tidemark('connect', url, ...options, '--log', join(folder, `${name}.ndjson`), '--json');
  });
  for (const group of groups) await group.event('block');
  for (let kill = 0; kill < KILLS; kill++) {
    await pause(50 + Math.random() * 250);
    await server.killNow();
    server = await serveOn(port);
  }
  expect(
    groups.some(({ running }) => running),
    'the kills came while they ran',
  ).toBe(true);

  for (const [index, { name, stream, block }] of GROUPS.entries()) {
    const group = groups[index];
    if (group === undefined) throw new Error('no such group');
    const { code } = await outcome(group);
    const ends = group.events.filter(({ event }) => event === 'end');
    expect(ends).toHaveLength(5);
    for (const end of ends) {
      expect(end).toMatchObject({
        verdict: 'proved',
        messages: COUNT,
        expected: COUNT,
        lost: 0,
        repeated: 0,
        reordered: 0,
        corrupt: 0,
      });
      expect(end['resumes']).toBeGreaterThan(0);
    }
    expect(code).toBe(0);
    const generated = await outcome(tidemark('gen', stream, '--count', String(COUNT)));
    for (let client = 1; client <= 5; client++) {
      const log = readLog(join(folder, `${name}.${name}-${client}.ndjson`));
      expect(log.seqs).toEqual(Array.from({ length: COUNT }, (_, seq) => seq));
      expect(log.blocks.map((record) => record.block)).toEqual(log.blocks.map((_, position) => position + 1));
      expect(log.blocks.slice(0, -1).every(({ count }) => count === block)).toBe(true);
      expect(log.text === `${generated.stdout}\n`, 'the log equals tidemark gen').toBe(true);
    }
  }
});
