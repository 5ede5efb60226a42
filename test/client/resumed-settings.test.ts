import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { connect } from '../../src/client/connect.ts';
import type { ClientEvent, StartEvent } from '../../src/client/run/client-event.ts';
import { serve } from '../../src/server/serve.ts';
import { readLog } from '../e2e/logs.ts';
import { temporaryFolder } from '../e2e/processes.ts';

async function served(): Promise<string> {
  const server = await serve({ port: 0, encoders: 0, ratePerSecond: Number.POSITIVE_INFINITY });
  onTestFinished(() => server.close());
  return server.url;
}

test('a run that was gone on with for more is to take that, and not less, when it is gone on with again', async () => {
  const log = join(temporaryFolder(), 'run.ndjson');
  const options = { client: 'alice', block: 5, log };
  const url = `${await served()}/users?seed=7`;
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

test('a run that is gone on with elsewhere says where it began, keeps both, and goes on there next time', async () => {
  const [first, second] = [await served(), await served()];
  const log = join(temporaryFolder(), 'run.ndjson');
  const starts: StartEvent[] = [];
  const options = {
    ...{ client: 'alice', block: 5, log },
    onEvent: (event: ClientEvent) => {
      if (event.event === 'start') starts.push(event);
    },
  };
  await connect(`${first}/users?seed=7`, { ...options, count: 10 }).closed;
  await connect(`${second}/users?seed=7`, { ...options, count: 20, resume: true }).closed;
  const last = await connect(undefined, { ...options, count: 30, resume: true }).closed;
  expect(last).toMatchObject({ verdict: 'proved', messages: 30 });
  expect(starts.map(({ url, first_url }) => [url, first_url])).toEqual([
    [`${first}/users?seed=7`, null],
    [`${second}/users?seed=7`, `${first}/users?seed=7`],
    [`${second}/users?seed=7`, `${first}/users?seed=7`],
  ]);
  const { blocks } = readLog(log);
  expect(blocks[1]).not.toHaveProperty('run_url');
  expect(blocks[2]).toMatchObject({ run_url: `${second}/users?seed=7` });
  expect(blocks[5]).toMatchObject({ run_url: `${second}/users?seed=7` });
});
