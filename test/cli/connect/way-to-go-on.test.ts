import { describe, expect, test } from 'vitest';
import { type ConnectFlags, connectCommand } from '../../../src/cli/connect/options.ts';
import { type InterruptedRun, wayToGoOn } from '../../../src/cli/connect/way-to-go-on.ts';
import type { StartEvent } from '../../../src/client/client-event.ts';

const START: StartEvent = {
  ...{ event: 'start', client: 'al', url: 'ws://h/users?rate=10', block: 5, count: null, log: null },
  ...{ resume_from: null, fsync: 'none', plain: false, verify: 'server', timing: false },
  ...{ heartbeat_ms: 15_000, give_up_ms: null, idle_timeout_ms: null, duration_ms: null, once: false },
};
const FLAGS: ConnectFlags = { clients: 1, fsync: 'none', ping: 15_000 };

function way(
  run: Partial<InterruptedRun>,
  start: Partial<StartEvent> = {},
  flags: Partial<ConnectFlags> = {},
) {
  const whole = { settings: {}, next: 20, messages: 20, ...run, start: { ...START, ...start } };
  return wayToGoOn(whole, { ...FLAGS, ...flags });
}

const LOCAL = { plain: true, verify: 'local', stream: 'users?seed=7' };

describe('with a log', () => {
  test('that has all of it', () => {
    expect(way({}, { log: 'run.ndjson', count: 150 })).toBe('connect --log run.ndjson --resume --count 150');
  });

  test('of several', () => {
    expect(way({}, { log: 'a b.ndjson' }, { clients: 3 })).toBe(
      "connect --log 'a b.ndjson' --resume --client al",
    );
  });

  test('the settings that a verdict rests on are named all the same', () => {
    expect(way({ settings: LOCAL }, { log: 'run.ndjson', count: 200, plain: true })).toBe(
      "connect --log run.ndjson --resume --count 200 --plain --verify local --stream 'users?seed=7'",
    );
  });

  test('in which there is no run yet', () => {
    expect(way({ next: undefined, messages: 0 }, { log: 'run.ndjson', count: 5 })).toBe(
      "connect 'ws://h/users?rate=10' --client al --block-size 5 --count 5 --log run.ndjson",
    );
  });
});

describe('without a log', () => {
  test('from the seq that is due, for what is left', () => {
    expect(way({}, { count: 150 })).toBe(
      "connect 'ws://h/users?rate=10&from=20' --client al --block-size 5 --count 130",
    );
  });

  test('by the live schedule', () => {
    expect(way({}, { url: 'ws://h/users?from=live' })).toContain('from=live%3A20');
  });

  test('of a plain server, whose URL is left alone', () => {
    const plain = { url: 'ws://h/feed?count=3', plain: true, count: 200 };
    expect(way({ settings: { plain: true } }, plain)).toBe(
      "connect 'ws://h/feed?count=3' --client al --block-size 5 --count 180 --plain",
    );
    expect(way({ settings: LOCAL }, plain)).toBe(
      "connect 'ws://h/feed?count=3' --client al --block-size 5 --count 180 --plain --verify local --stream 'users?seed=7' --from 20",
    );
  });
});

test('times, and what a process needs of its own; a secret seed by its file, an access token by its file alone', () => {
  const settings = { verify: 'local', secret_seed: 'secret:0123', give_up_ms: 500 };
  const own = {
    ca: 'ca.pem',
    token: 'secret',
    fsync: 'block',
    ping: 500,
    timing: true,
    secretSeedFile: 'seed',
  } as const;
  expect(way({ settings }, { log: 'l' }, own)).toBe(
    'connect --log l --resume --verify local --secret-seed-file seed --give-up 500ms --fsync block --ping 500ms --timing --ca ca.pem',
  );
  expect(way({}, { log: 'l' }, { listenOnly: true, wait: true })).toBe(
    'connect --log l --resume --listen-only --wait',
  );
  expect(way({}, { log: 'l' }, { tokenFile: 't' })).toBe('connect --log l --resume --token-file t');
});

test('every setting that is kept has its option', () => {
  const options = connectCommand(async () => {}).options.map(({ long }) => long);
  for (const name of [
    ...['plain', 'verify', 'stream', 'secret-seed-file', 'ignore-foreign', 'require-proof'],
    ...['give-up', 'idle-timeout', 'duration', 'once'],
  ])
    expect(options).toContain(`--${name}`);
});
