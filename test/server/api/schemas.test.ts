import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { CLIENTS_SCHEMA } from '../../../src/server/api/clients.ts';
import type { JsonSchema } from '../../../src/server/api/json-schema.ts';
import { LIVE_SCHEMA } from '../../../src/server/api/live.ts';
import { PROBLEM_SCHEMA } from '../../../src/server/api/problem.ts';
import { offeredStreams, STREAMS_SCHEMA } from '../../../src/server/api/streams.ts';
import { VERSION_SCHEMA, versionOf } from '../../../src/server/api/version.ts';
import type { Departure, Presence } from '../../../src/server/clients/presence.ts';
import type { LiveOpening, LiveSecond, Moment } from '../../../src/server/live/live-line.ts';
import { Refusal } from '../../../src/server/request/refusal.ts';
import { SecretSeed } from '../../../src/stream/secret-seed.ts';

const CLIENT: Presence = {
  ...{ name: 'alice', stream: 'users?seed=7', carriage: 'websocket', from: 0, cursor: 20, rate: 10 },
  ...{ blocks: 3, verified: 2, mismatched: 0, lag_ms: 0, last_block_ms: 401.213, late_ms: 0.4 },
  ...{ address: '127.0.0.1:40000', since: '2026-01-02T03:04:05.678Z' },
};
const GONE: Departure = {
  ...{ ...CLIENT, rate: 'max', lag_ms: null, last_block_ms: null, late_ms: null, address: null },
  ...{ reason: 'left', left: '2026-01-02T03:04:06.000Z' },
};
const MOMENT: Moment = {
  ...{ at_ms: 1_764_500_000_000.5, interval_ms: 1000.2, clients: 1 },
  streams: [
    {
      ...{ stream: 'users?seed=7', clients: 1, messages: 10, bytes: 3100, blocks: 2, mismatched: 0 },
      block_ms: { median: 401.2, p99: 405 },
    },
    {
      ...{ stream: 'bytes…', clients: 0, messages: 0, bytes: 0, blocks: 0, mismatched: 0 },
      block_ms: null,
    },
  ],
};
const SAID = { at_ms: 1_764_500_000_000, client: 'alice' };
const OPENING: LiveOpening = {
  ...{ type: 'opening', version: '0.1.0', started: '2026-01-02T03:04:05.678Z', chaos: null, dismisses: true },
  ...{ verified: 7, mismatched: 1 },
  seconds: [MOMENT],
  marks: [{ ...SAID, kind: 'mismatch', text: 'block 3 is not what was sent' }],
  feed: [{ ...SAID, kind: 'message', text: 'hello', verified: null }],
  left: [GONE],
};
const SECOND: LiveSecond = {
  ...{
    type: 'second',
    ...MOMENT,
    verified: 7,
    mismatched: 1,
    roster: [CLIENT],
    left: [GONE],
    feed_omitted: 12,
  },
  feed: [{ ...SAID, kind: 'receipt', text: 'Client alice …', verified: true }],
  marks: [{ ...SAID, client: null, kind: 'started', text: 'the server was started' }],
};
const PROBLEM = new Refusal({ status: 404, closeCode: 4404, sentence: 'there is nothing at "/x"' }).problem;

/** The files in schemas/ that users are given are made of what the code has: `npx vitest -u` writes them anew. */
const PUBLISHED: readonly [file: string, schema: JsonSchema, said: readonly unknown[]][] = [
  ['version', VERSION_SCHEMA, [versionOf()]],
  [
    'streams',
    STREAMS_SCHEMA,
    [
      offeredStreams({ seed: 1, secretSeed: undefined, ratePerSecond: 10 }),
      offeredStreams({
        seed: 1,
        secretSeed: new SecretSeed(new Uint8Array(16)),
        ratePerSecond: Number.POSITIVE_INFINITY,
      }),
    ],
  ],
  ['clients', CLIENTS_SCHEMA, [{ total: 2, clients: [CLIENT], left: [GONE] }]],
  ['live', LIVE_SCHEMA, [OPENING, SECOND]],
  ['problem', PROBLEM_SCHEMA, [JSON.parse(PROBLEM.body?.text ?? '')]],
];

describe.each(PUBLISHED)('%s.schema.json', (file, schema, said) => {
  test('is the schema that the code has', async () => {
    const published = {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      $id: `https://tidemark.invalid/schemas/${file}.schema.json`,
      ...schema,
    };
    await expect(`${JSON.stringify(published, null, 2)}\n`).toMatchFileSnapshot(
      `../../../schemas/${file}.schema.json`,
    );
  });

  test('describes what is said, and nothing else', () => {
    const isValid = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true }).compile(schema);
    for (const each of said) {
      isValid(JSON.parse(JSON.stringify(each)));
      expect(isValid.errors).toBeNull();
      expect(isValid({ ...(each as object), more: 1 })).toBe(false);
    }
    expect(isValid({})).toBe(false);
  });
});
