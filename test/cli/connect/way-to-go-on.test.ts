import { describe, expect, test } from 'vitest';
import { type ConnectFlags, connectCommand } from '../../../src/cli/connect/options.ts';
import { hindranceToGoOn, type InterruptedRun, wayToGoOn } from '../../../src/cli/connect/way-to-go-on.ts';
import type { EndEvent, StartEvent } from '../../../src/client/run/client-event.ts';

const START: StartEvent = {
  ...{ event: 'start', client: 'al', url: 'ws://h/users?rate=10', block: 5, count: null, log: null },
  ...{
    resume_from: null,
    first_url: null,
    fsync: 'none',
    plain: false,
    as: null,
    verify: 'server',
    timing: false,
  },
  ...{ heartbeat_ms: 15_000, give_up_ms: null, idle_timeout_ms: null, duration_ms: null, once: false },
};
const FLAGS: ConnectFlags = { clients: 1, fsync: 'none', ping: 15_000 };

function way(
  run: Partial<InterruptedRun>,
  start: Partial<StartEvent> = {},
  flags: Partial<ConnectFlags> = {},
) {
  const whole = { settings: {}, next: 20, begun: 0, messages: 20, ...run, start: { ...START, ...start } };
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

  test('of a run with several servers', () => {
    const several = { log: 'l', url: 'ws://a/users', other_urls: ['ws://b/users?x', 'ws://c/users'] };
    expect(way({}, several)).toBe('connect --log l --resume');
    expect(way({}, { ...several, resume_from: 10 })).toBe(
      "connect ws://a/users 'ws://b/users?x' ws://c/users --log l --resume",
    );
  });

  test('in which there is no run yet', () => {
    expect(way({ next: undefined, messages: 0 }, { log: 'run.ndjson', count: 5 })).toBe(
      "connect 'ws://h/users?rate=10' --client al --block-size 5 --count 5 --log run.ndjson",
    );
  });
});

describe('without a log', () => {
  test('every server is named', () => {
    const run = way(
      { next: 20, begun: 0, messages: 20 },
      { url: 'ws://a/users', other_urls: ['ws://b/users'] },
    );
    expect(run).toMatch(/^connect 'ws:\/\/a\/users\?from=20' 'ws:\/\/b\/users\?from=20' --client al /);
  });

  test('what came in a block that was never full comes again, and is in the count', () => {
    expect(way({ next: 20, begun: 10, messages: 14 }, { count: 50 })).toContain('from=20');
    expect(way({ next: 20, begun: 10, messages: 14 }, { count: 50 })).toContain('--count 40');
  });

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

test('a run that goes on elsewhere than it began is gone on with there', () => {
  const moved = { log: 'l', url: 'ws://b/feed?a=1', first_url: 'ws://a/feed', resume_from: 10 };
  expect(way({}, moved)).toBe("connect 'ws://b/feed?a=1' --log l --resume");
});

describe('after a run that failed', () => {
  const END: EndEvent = {
    ...{ event: 'end', client: 'al', verdict: 'failed', messages: 20, expected: 100, assumed_from: null },
    ...{
      from: null,
      tail_known: true,
      checked: true,
      not_come: null,
      resembles: null,
      resumes: 0,
      blocks: 4,
    },
    ...{ lost: 0, repeated: 0, reordered: 0, corrupt: 0, foreign: 0, unverified_blocks: 0, duration_ms: 1 },
    ...{ error: 'no connection for 2 s' },
  };
  const hindrance = (
    end: Partial<EndEvent>,
    start: Partial<StartEvent> = { log: 'l' },
    run: Partial<InterruptedRun> = {},
  ) =>
    hindranceToGoOn(
      { settings: {}, next: 20, begun: 0, messages: 20, ...run, start: { ...START, ...start } },
      { ...END, ...end },
    );

  test('there is a way to go on where nothing that came was wrong', () => {
    expect(hindrance({})).toBeUndefined();
    expect(hindrance({ error: "l can't be written: no space is left (ENOSPC)" })).toBeUndefined();
    expect(hindrance({ foreign: 2 }, { log: 'l' }, { settings: { ignore_foreign: true } })).toBeUndefined();
    expect(hindrance({}, { count: 100 })).toBeUndefined();
  });

  test('it is said why there is none', () => {
    for (const fault of ['lost', 'repeated', 'reordered', 'corrupt', 'foreign'])
      expect(hindrance({ [fault]: 1 })).toMatch(/can't mend what was wrong/);
    for (const fault of ['moved or deleted', 'replaced by another file', 'changed by somebody else'])
      expect(hindrance({ error: `l was ${fault} while the run wrote it` })).toMatch(/not what it wrote/);
  });

  test('nothing is said where there is nothing to go on for', () => {
    expect(hindrance({ verdict: 'proved' })).toBe('');
    expect(hindrance({}, { log: 'l' }, { next: undefined, messages: 0 })).toBe('');
    expect(hindrance({}, { count: 20 })).toBe('');
    expect(hindrance({ lost: 1 }, {})).toBe('');
  });
});
