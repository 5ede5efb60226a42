import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { ConnectOptions } from '../../src/client/connect-options.ts';
import { type KeptSettings, keptOptions, settingsOf } from '../../src/client/kept-settings.ts';
import type { RunRecord } from '../../src/client/log-record.ts';

const RUN: RunRecord = {
  ...{ record: 'run', at: '', tidemark: '0.1.0', url: 'ws://h/feed', client: 'al', token: 't', block: 5 },
  ...{ count: null, plain: false, stream: null, stream_id: null, from: 0 },
};
const SEED = new TextEncoder().encode('a secret seed of 16 bytes or more');
const ALL: ConnectOptions = {
  ...{ plain: true, verify: 'local', stream: 'users?seed=7', giveUpMs: 500 },
};
const EVERY: ConnectOptions = {
  ...{ ...ALL, secretSeed: SEED, ignoreForeign: true, requireProof: true },
  ...{ idleTimeoutMs: 500, durationMs: 500, once: true, from: 5, as: 'lines' },
};

const goOn = (given: ConnectOptions, settings: KeptSettings, plain = false) =>
  keptOptions(given, { ...RUN, plain, settings });

test('what is kept are the settings that a verdict rests on, where they are not as by default', () => {
  expect(settingsOf({})).toEqual({});
  expect(settingsOf({ plain: false, verify: 'server', giveUpMs: Number.POSITIVE_INFINITY })).toEqual({});
  expect(
    settingsOf({ block: 3, count: 9, log: 'l', fsync: 'block', accessToken: 'secret', timing: true }),
  ).toEqual({});
  expect(settingsOf(ALL)).toEqual({ plain: true, verify: 'local', stream: 'users?seed=7', give_up_ms: 500 });
});

test('the schema of the log has each of them', () => {
  const text = readFileSync(new URL('../../schemas/log.schema.json', import.meta.url), 'utf8');
  const schema = JSON.parse(text) as {
    $defs: { run: { properties: { settings: { properties: Record<string, unknown> } } } };
  };
  const { properties } = schema.$defs.run.properties.settings;
  expect(Object.keys(properties).toSorted()).toEqual(Object.keys(settingsOf(EVERY)).toSorted());
});

test('of a secret seed its hash alone is kept', () => {
  expect(settingsOf({ secretSeed: SEED })).toEqual({
    secret_seed: expect.stringMatching(/^secret:[0-9a-f]{16}$/),
  });
});

test('a run goes on with what was kept, and with what each process has of its own', () => {
  expect(goOn({ log: 'l', count: 9 }, settingsOf(ALL))).toEqual({ ...ALL, log: 'l', count: 9 });
  expect(goOn(ALL, settingsOf(ALL))).toEqual(ALL);
});

test('another name of the same stream is the same setting', () => {
  expect(goOn({ stream: 'users' }, { ...settingsOf(ALL), stream: 'users?seed=1' })).toMatchObject({
    plain: true,
  });
});

test('the form of a body is kept where it is not as by default, and another one may be given', () => {
  expect(settingsOf({ as: 'events' })).toEqual({});
  expect(goOn({ as: 'events' }, settingsOf({ as: 'lines' }))).toEqual({ as: 'events' });
});

describe('another setting is refused by its name', () => {
  test.each<[ConnectOptions, ConnectOptions, string]>([
    [{ plain: true }, {}, "plain was not set when the run in the log began, and can't be on now"],
    [{ verify: 'local' }, {}, `verify was not set when the run in the log began, and can't be "local" now`],
    [
      { verify: 'server' },
      ALL,
      `verify was "local" when the run in the log began, and can't be "server" now`,
    ],
    [{ plain: false }, ALL, "plain was on when the run in the log began, and can't be off now"],
    [{ stream: 'users?seed=8' }, ALL, `stream was "users?seed=7" when the run in the log began`],
    [{ stream: 'nonsense' }, ALL, `can't be "nonsense"`],
    [{ giveUpMs: 400 }, ALL, "giveUpMs was 500 ms when the run in the log began, and can't be 400 ms now"],
    [
      {},
      { secretSeed: SEED },
      'the run in the log has a secret seed, which the log does not hold: give it again',
    ],
    [{ secretSeed: SEED.subarray(1) }, { secretSeed: SEED }, 'secretSeed was "secret:'],
    [{ secretSeed: SEED }, {}, 'secretSeed was not set'],
  ])('%j where it was %j', (given, was, sentence) => {
    expect(() => goOn(given, settingsOf(was))).toThrow(sentence);
  });

  test('a log of a later version may keep what this one does not know', () => {
    expect(() => goOn({}, { phase_of_the_moon: 'full' })).toThrow(
      'the log keeps the setting phase_of_the_moon, which this version does not know',
    );
  });
});

test('a log of a version that kept plain alone leaves the rest to who goes on', () => {
  expect(keptOptions({ verify: 'local' }, { ...RUN, plain: true })).toEqual({ verify: 'local', plain: true });
  expect(() => keptOptions({ plain: true }, RUN)).toThrow('plain was not set');
});
