import { openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Output } from '../../../src/cli/output/output.ts';
import { temporaryFolder } from '../../e2e/processes.ts';

test('an event has its time right behind its name, and everything else as it was', async () => {
  const eventsFile = join(temporaryFolder(), 'events');
  const output = new Output({ json: false, eventsFile: openSync(eventsFile, 'a') });
  const events = [
    { event: 'stopped', wallMs: 0 },
    { event: 'message', client: 'alice', text: '"\u009b2J\u2028', wallMs: 1.9 },
    { event: 'message', client: 'bob', text: '', wallMs: 1.9 },
    { event: 'refuse', code: 404, wallMs: Date.parse('2026-01-02T03:04:05.678Z') },
  ];
  for (const { wallMs, ...event } of events) output.copy(event, wallMs);
  await output.flush();
  expect(readFileSync(eventsFile, 'utf8').split('\n')).toEqual([
    '{"event":"stopped","at":"1970-01-01T00:00:00.000Z"}',
    '{"event":"message","at":"1970-01-01T00:00:00.001Z","client":"alice","text":"\\"\\u009b2J\\u2028"}',
    '{"event":"message","at":"1970-01-01T00:00:00.001Z","client":"bob","text":""}',
    '{"event":"refuse","at":"2026-01-02T03:04:05.678Z","code":404}',
    '',
  ]);
});
