import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { connect } from '../../src/client/connect.ts';
import { serve } from '../../src/server/serve.ts';
import { readLog } from '../e2e/logs.ts';
import { temporaryFolder } from '../e2e/processes.ts';

test('a run that was gone on with for more is to take that, and not less, when it is gone on with again', async () => {
  const server = await serve({ port: 0, encoders: 0, ratePerSecond: Number.POSITIVE_INFINITY });
  onTestFinished(() => server.close());
  const log = join(temporaryFolder(), 'run.ndjson');
  const options = { client: 'alice', block: 5, log };
  const url = `${server.url}/users?seed=7`;
  const first = await connect(url, { ...options, count: 10 }).closed;
  expect(first).toMatchObject({ verdict: 'proved', messages: 10 });
  const longer = connect(url, {
    ...{ ...options, count: 1000, resume: true },
    onBlock: ({ block }) => {
      if (block === 4) longer.stop();
    },
  });
  const interrupted = await longer.closed;
  expect(interrupted.messages).toBeLessThan(1000);
  const { blocks } = readLog(log);
  expect(blocks[1]).not.toHaveProperty('run_count');
  expect(blocks[2]).toMatchObject({ run_count: 1000 });
  const last = await connect(url, { ...options, resume: true }).closed;
  expect(last).toMatchObject({ verdict: 'proved', messages: 1000, expected: 1000 });
  expect(() => connect(url, { ...options, count: 999, resume: true })).toThrow('at least 1000');
});
