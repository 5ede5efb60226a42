import { join } from 'node:path';
import { expect } from 'vitest';
import { readLog } from './logs.ts';
import { type Over, WEBSOCKET } from './over.ts';
import { outcome, pause, serveOn, temporaryFolder, tidemark } from './processes.ts';

const RATE = 300;

/** Kills a client with -9 so many times, at random moments, and resumes it; its log must be whole, and it PROVED. */
export async function expectClientKillsSurvived(
  kills: number,
  count: number,
  over: Over = WEBSOCKET,
): Promise<void> {
  const server = await serveOn(0);
  const { url } = await server.event('listening');
  const at = String(url).replace('ws', over.scheme);
  const log = join(temporaryFolder(), 'run.ndjson');
  const options = [
    '--client',
    'alice',
    '--block-size',
    '4',
    '--count',
    String(count),
    '--log',
    log,
    '--json',
  ];
  let client = tidemark('connect', `${at}/users?seed=9&rate=${RATE}`, ...options, ...over.options);
  for (let kill = 0; kill < kills; kill++) {
    await client.event('block');
    await pause(Math.random() * 300);
    expect(client.running, 'the kills came while it ran').toBe(true);
    await client.killNow();
    client = tidemark('connect', '--log', log, '--resume', '--json');
  }
  const { code } = await outcome(client);
  expect(client.events.at(-1)).toMatchObject({
    event: 'end',
    verdict: 'proved',
    messages: count,
    expected: count,
  });
  expect(code).toBe(0);
  const generated = await outcome(tidemark('gen', 'users?seed=9', '--count', String(count)));
  const { seqs, text, blocks } = readLog(log);
  expect(seqs).toEqual(Array.from({ length: count }, (_, seq) => seq));
  expect(text === `${generated.stdout}\n`, 'the log equals tidemark gen').toBe(true);
  expect(blocks.map(({ block }) => block)).toEqual(blocks.map((_, index) => index + 1));
}
