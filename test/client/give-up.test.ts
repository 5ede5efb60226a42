import { expect, onTestFinished, test } from 'vitest';
import { connect } from '../../src/client/connect.ts';
import type { ClientEvent } from '../../src/client/run/client-event.ts';
import { serve } from '../../src/server/serve.ts';
import { freePort, outcome, tidemark } from '../e2e/processes.ts';

test('a run that never had a connection ends when there has been none for so long', async () => {
  const { code, stdout } = await outcome(
    tidemark('connect', `ws://127.0.0.1:${await freePort()}/users`, '--give-up', '400ms'),
  );
  // On a busy machine the last attempt may still be under way.
  expect(stdout).toMatch(
    /^FAILED no connection for 0\.4 s: (connect ECONNREFUSED .*|the server has not answered the handshake) \(no message came, resumes 0\)$/m,
  );
  expect(code).toBe(1);
});

test('each outage counts by itself, and from its beginning', async () => {
  const port = await freePort();
  const options = { port, encoders: 0, ratePerSecond: 100 };
  let server = await serve(options);
  const told: ClientEvent[] = [];
  const until = (event: string) => expect.poll(() => told.some((each) => each.event === event)).toBe(true);
  const run = connect(`ws://127.0.0.1:${port}/users`, {
    block: 5,
    giveUpMs: 3000,
    onEvent: (event) => told.push(event),
  }).start();
  onTestFinished(() => run.stop());
  for (let outage = 0; outage < 3; outage++) {
    await until('block');
    await server.close();
    await new Promise((resolve) => setTimeout(resolve, 600));
    server = await serve(options);
    told.length = 0;
    await until('resumed');
  }
  await server.close();
  const verdict = await run.closed;
  expect(verdict).toMatchObject({ verdict: 'failed', integrity: false, resumes: 3 });
  expect(verdict.error).toMatch(/^no connection for 3 s: /);
});

test('for how long must be a number above 0', () => {
  expect(() => connect('ws://127.0.0.1:1', { giveUpMs: 0 })).toThrow(
    'giveUpMs must be a number above 0, got "0"',
  );
});
