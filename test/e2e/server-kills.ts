import { join } from 'node:path';
import { expect } from 'vitest';
import { readLog } from './logs.ts';
import { type Over, WEBSOCKET } from './over.ts';
import { freePort, outcome, pause, serveOn, temporaryFolder, tidemark } from './processes.ts';

const RATE = 100;
const CLIENTS = 5;
const GROUPS = [
  { name: 'ann', stream: 'users?seed=7', block: 5 },
  { name: 'ben', stream: 'arrays?shape=2,3&dist=normal&seed=3', block: 7 },
  { name: 'cat', stream: 'bytes?size=200', block: 100 },
  { name: 'dan', stream: 'users', block: 1 },
] as const;

/** Kills the server of 20 clients with -9 so many times, at random moments; every client must end PROVED. */
export async function expectServerKillsSurvived(
  kills: number,
  count: number,
  over: Over = WEBSOCKET,
): Promise<void> {
  const folder = temporaryFolder();
  const port = await freePort();
  let server = await serveOn(port);
  const groups = GROUPS.map(({ name, stream, block }) => {
    const url = `${over.scheme}://127.0.0.1:${port}/${stream}${stream.includes('?') ? '&' : '?'}rate=${RATE}`;
    const options = [
      ...over.options,
      '--clients',
      String(CLIENTS),
      '--client',
      name,
      '--block-size',
      String(block),
      '--count',
      String(count),
    ];
    const process = tidemark('connect', url, ...options, '--log', join(folder, `${name}.ndjson`), '--json');
    return { name, stream, block, process };
  });
  for (const { process } of groups) await process.event('block');
  for (let kill = 0; kill < kills; kill++) {
    await pause(50 + Math.random() * 250);
    await server.killNow();
    server = await serveOn(port);
  }
  expect(
    groups.some(({ process }) => process.running),
    'the kills came while they ran',
  ).toBe(true);

  let resumes = 0;
  for (const { name, stream, block, process } of groups) {
    const { code } = await outcome(process);
    const ends = process.events.filter(({ event }) => event === 'end');
    expect(ends).toHaveLength(CLIENTS);
    const clean = { lost: 0, repeated: 0, reordered: 0, corrupt: 0 };
    for (const end of ends) {
      expect(end).toMatchObject({ verdict: 'proved', messages: count, expected: count, ...clean });
      resumes += Number(end['resumes']);
    }
    expect(code).toBe(0);
    const generated = await outcome(tidemark('gen', stream, '--count', String(count)));
    for (let client = 1; client <= CLIENTS; client++) {
      const log = readLog(join(folder, `${name}.${name}-${client}.ndjson`));
      expect(log.seqs).toEqual(Array.from({ length: count }, (_, seq) => seq));
      expect(log.blocks.map((record) => record.block)).toEqual(log.blocks.map((_, position) => position + 1));
      expect(log.blocks.slice(0, -1).every(({ count: size }) => size === block)).toBe(true);
      expect(log.text === `${generated.stdout}\n`, 'the log equals tidemark gen').toBe(true);
    }
  }
  expect(resumes).toBeGreaterThan(0);
}
