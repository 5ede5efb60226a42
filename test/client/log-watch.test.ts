import { appendFileSync, copyFileSync, renameSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { connect } from '../../src/client/connect.ts';
import { LogError } from '../../src/client/run/log-error.ts';
import { serve } from '../../src/server/serve.ts';
import { readLog } from '../e2e/logs.ts';
import { temporaryFolder } from '../e2e/processes.ts';

const DAMAGES: [string, (log: string) => void, RegExp][] = [
  ['deleted', (log) => rmSync(log), /run\.ndjson was moved or deleted while the run wrote it/],
  ['moved', (log) => renameSync(log, `${log}.old`), /run\.ndjson was moved or deleted/],
  [
    'replaced by a copy',
    (log) => {
      renameSync(log, `${log}.old`);
      copyFileSync(`${log}.old`, log);
    },
    /run\.ndjson was replaced by another file/,
  ],
  ['cut off', (log) => truncateSync(log, 10), /it has 10 bytes, and should have \d+/],
  ['written to', (log) => appendFileSync(log, '{}\n'), /run\.ndjson was changed by somebody else/],
];

async function served(): Promise<string> {
  const server = await serve({ port: 0, encoders: 0, ratePerSecond: Number.POSITIVE_INFINITY });
  onTestFinished(() => server.close());
  return `${server.url}/users?seed=7`;
}

describe('nothing is proved by a log that is not there, or not whole', () => {
  test.each(DAMAGES)('%s while the run goes on', async (_, damage, sentence) => {
    const log = join(temporaryFolder(), 'run.ndjson');
    const url = await served();
    const blocks: number[] = [];
    const run = connect(url, {
      ...{ client: 'alice', block: 5, count: 50, log },
      onBlock: ({ block }) => {
        blocks.push(block);
        if (block === 3) damage(log);
      },
    }).start();
    const verdict = await run.closed;
    expect(verdict).toMatchObject({
      verdict: 'failed',
      integrity: false,
      error: expect.stringMatching(sentence),
    });
    expect(blocks.length, 'it ends at the next block').toBe(3);
  });

  test.each(DAMAGES)('%s behind the last block', async (_, damage, sentence) => {
    const log = join(temporaryFolder(), 'run.ndjson');
    const url = await served();
    const run = connect(url, {
      ...{ client: 'alice', block: 5, count: 50, log },
      onBlock: ({ block }) => {
        if (block === 10) damage(log);
      },
    }).start();
    expect(await run.closed).toMatchObject({ verdict: 'failed', error: expect.stringMatching(sentence) });
  });
});

test('two runs of one process on one log: the second is refused, and the log is whole', async () => {
  const log = join(temporaryFolder(), 'run.ndjson');
  const url = await served();
  const options = { client: 'alice', block: 5, count: 50, log };
  const first = connect(url, options);
  expect(() => connect(url, options)).toThrow(LogError);
  expect(() => connect(url, { ...options, resume: true })).toThrow(/is being written by another run/);
  expect(await first.start().closed).toMatchObject({ verdict: 'proved' });
  expect(readLog(log).seqs).toEqual(Array.from({ length: 50 }, (_, seq) => seq));
  expect(await connect(undefined, { log, resume: true }).start().closed).toMatchObject({ verdict: 'proved' });
});
