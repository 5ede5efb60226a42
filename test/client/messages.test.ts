import { expect, test } from 'vitest';
import { connect } from '../../src/client/connect.ts';
import { serve } from '../../src/server/serve.ts';

test('messages are told as they come, in order, before their block is full', async () => {
  await using server = await serve({ port: 0, encoders: 0 });
  const told: string[] = [];
  const seqs: number[] = [];
  const run = connect(`${server.url}/users?rate=100`, {
    block: 4,
    count: 8,
    onMessages: ({ firstSeq, count, messages }) => {
      expect(messages.map(({ seq }) => seq)).toEqual(Array.from({ length: count }, (_, i) => firstSeq + i));
      for (const { seq, payload, text } of messages) {
        expect(JSON.parse(new TextDecoder().decode(payload))).toMatchObject({ seq });
        expect(text).toBe(true);
        seqs.push(seq);
      }
      told.push('messages');
    },
    onBlock: ({ block }) => told.push(`block ${block}`),
  });
  expect(await run.closed).toMatchObject({ verdict: 'proved', messages: 8 });
  expect(seqs).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  expect(told[0]).toBe('messages');
  expect(told.indexOf('block 1')).toBeGreaterThan(0);
  expect(told.at(-1)).toBe('block 2');
});
