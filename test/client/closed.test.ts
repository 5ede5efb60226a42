import { expect, test } from 'vitest';
import { connect } from '../../src/client/connect.ts';
import type { ConnectOptions } from '../../src/client/connect-options.ts';
import type { ClientEvent } from '../../src/client/run/client-event.ts';
import { serve } from '../../src/server/serve.ts';
import { freePort } from '../e2e/processes.ts';

const nobody = async () => `ws://127.0.0.1:${await freePort()}/users`;

test('a run begins by itself when its end is asked for, and once', async () => {
  await using server = await serve({ port: 0, encoders: 0 });
  const told: ClientEvent[] = [];
  const options: ConnectOptions = { count: 10, onEvent: (event) => told.push(event) };
  const run = connect(`${server.url}/users?rate=max`, options);
  expect(told).toEqual([]);
  const [first, second] = await Promise.all([run.closed, run.closed]);
  expect(first).toMatchObject({ verdict: 'proved', messages: 10 });
  expect(second).toBe(first);
  expect(told.filter(({ event }) => event === 'start')).toHaveLength(1);
});

test('and gives its blocks to whoever iterates it in the same breath', async () => {
  await using server = await serve({ port: 0, encoders: 0 });
  const run = connect(`${server.url}/users?rate=max`, { block: 5, count: 10 });
  const { closed } = run;
  const blocks: number[] = [];
  for await (const { block } of run) blocks.push(block);
  expect(blocks).toEqual([1, 2]);
  expect((await closed).verdict).toBe('proved');
});

test.each([
  ['its signal is aborted already', (url: string) => connect(url, { signal: AbortSignal.abort() })],
  ['its signal is aborted soon', (url: string) => connect(url, { signal: AbortSignal.timeout(20) })],
  [
    'it was stopped before it began',
    (url: string) => {
      const run = connect(url);
      run.stop();
      return run;
    },
  ],
])('it settles where %s', async (_, make) => {
  expect(await make(await nobody()).closed).toMatchObject({ verdict: 'interrupted', messages: 0 });
});

test('an iteration ends at once where the signal is aborted already', async () => {
  for await (const _ of connect(await nobody(), { signal: AbortSignal.abort() })) expect.fail('no block');
});

test('what is held takes nothing, and leaves when it is stopped all the same', async () => {
  await using server = await serve({ port: 0, encoders: 0 });
  let blocks = 0;
  const run = connect(`${server.url}/bytes?size=1000&rate=max`, { block: 10, onBlock: () => blocks++ });
  run.holdInput(true);
  run.start();
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(blocks).toBe(0);
  run.holdInput(false);
  await expect.poll(() => blocks).toBeGreaterThan(2);
  run.holdInput(true);
  run.stop();
  expect(await run.closed).toMatchObject({ verdict: 'interrupted', lost: 0, unverifiedBlocks: 0 });
});
