import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { connect } from '../../src/client/connect.ts';
import type { ClientEvent } from '../../src/client/run/client-event.ts';
import { serve } from '../../src/server/serve.ts';
import { readLog } from '../e2e/logs.ts';
import { temporaryFolder } from '../e2e/processes.ts';

async function served(options: Parameters<typeof serve>[0] = {}) {
  const server = await serve({ port: 0, encoders: 0, ...options });
  onTestFinished(() => server.close());
  return server;
}

const over = (scheme: string, url: string) => url.replace(/^ws/, scheme);

describe.each(['ws', 'http'])('a run with two servers over %s', (scheme) => {
  test('goes on at the other when one is gone, under its name, and proves all of it', async () => {
    const [first, second] = [await served(), await served()];
    const urls = [first, second].map(({ url }) => `${over(scheme, url)}/users?seed=7&rate=200`);
    const events: ClientEvent[] = [];
    const log = join(temporaryFolder(), 'run.ndjson');
    const run = connect(urls, {
      ...{ client: 'alice', block: 5, count: 60, log },
      onEvent: (event) => events.push(event),
      onBlock: ({ block }) => {
        if (block === 3) void first.close();
      },
    });
    expect(await run.closed).toMatchObject({
      verdict: 'proved',
      messages: 60,
      lost: 0,
      repeated: 0,
      resumes: 1,
    });
    expect(events[0]).toMatchObject({ event: 'start', url: urls[0], other_urls: urls.slice(1) });
    const ofConnections = events.filter(({ event }) => /connected|resumed/.test(event));
    expect(ofConnections).toMatchObject([
      { event: 'connected', url: urls[0] },
      { event: 'disconnected', url: urls[0], retry_ms: 0 },
      { event: 'resumed', url: urls[1] },
    ]);
    expect(readLog(log).run).toMatchObject({ url: urls[0], other_urls: urls.slice(1) });

    // The log has both: the first is gone, and the next process finds the second.
    const resumed = connect(undefined, { log, resume: true, count: 70 });
    expect(await resumed.closed).toMatchObject({ verdict: 'proved', messages: 70 });
    expect(readLog(log).blocks.at(-1)).not.toHaveProperty('run_url');
  });
});

test('of two servers with other content the second is refused, though it has the name of the stream', async () => {
  const [first, second] = [await served({ seed: 1 }), await served({ seed: 2 })];
  const run = connect(
    [first, second].map(({ url }) => `${url}/users?rate=200`),
    {
      ...{ client: 'alice', block: 5, count: 60 },
      onBlock: ({ block }) => {
        if (block === 3) void first.close();
      },
    },
  );
  const { verdict, error } = await run.closed;
  expect([verdict, error]).toEqual(['failed', expect.stringMatching(/seed=1.*seed=2|seed=2.*seed=1/)]);
});

describe('URLs', () => {
  test.each([
    [['ws://a/users?seed=7', 'ws://b/users?seed=8'], 'ws://a/users?seed=7 ws://b/users?seed=8'],
    [['ws://a/users', 'ws://a/users', 'ws://b/bytes'], 'ws://a/users ws://a/users ws://b/bytes'],
    [['ws://a/users?rate=5', 'ws://b/users'], 'ws://a/users?rate=5 ws://b/users'],
    [['ws://a/users', 'http://b/users'], 'ws://a/users http://b/users'],
    [['ws://a/users?access_token=s3cret-1', 'ws://b/users'], 'ws://a/users ws://b/users'],
    [['ws://me:s3cret@a/users', 'ws://me:other@b/users'], 'ws://a/users ws://b/users'],
  ])('are refused as %j', (urls, came) => {
    const expected = 'all URLs must ask for the same, with the same token';
    expect(() => connect(urls)).toThrow(`${expected}, got ${came}`);
  });

  test('are one at least, and may order their parameters and have base paths as they like', () => {
    expect(() => connect([])).toThrow('url must be one URL or several, got "none"');
    const urls = ['ws://a/users?seed=7&rate=5', 'wss://b/base/users/?rate=5&seed=7'];
    expect(() => connect(urls)).not.toThrow();
    expect(() => connect(['ws://a/feed?x=1', 'ws://b/other'], { plain: true })).not.toThrow();
  });

  test('may have one token, which goes to each of them', async () => {
    const options = { accessToken: 'only-for-friends' };
    const [first, second] = [await served(options), await served(options)];
    const urls = [first, second].map(
      ({ url }) => `${url}/users?seed=7&rate=max&access_token=only-for-friends`,
    );
    await first.close();
    expect(await connect(urls, { client: 'alice', count: 10 }).closed).toMatchObject({ verdict: 'proved' });
  });
});
