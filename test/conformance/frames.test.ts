import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Case, OPCODES, Sender, type Side, textAnswer } from './case.ts';
import { frameCases } from './frame-cases.ts';
import { type Judged, judged } from './judged.ts';

/** Cases of more bytes are not sent byte by byte. */
const MOST_PIECES = 300;

describe.each<Side>(['server', 'client'])('the %s', (side) => {
  let end: Judged;
  beforeAll(async () => {
    end = await judged(side);
  });
  afterAll(() => end[Symbol.asyncDispose]());

  const answersTo = async (...pieces: Uint8Array[]) => {
    const peer = await end.open();
    peer.send(...pieces);
    return peer.answers();
  };
  const cases = frameCases(side).map((each): [string, Case] => [each.name, each]);

  test.each(cases)('%s', async (_, { bytes, answers }) => {
    expect(await answersTo(bytes)).toEqual(answers);
  });

  test.each(cases.filter(([, { bytes }]) => bytes.length <= MOST_PIECES))(
    'byte by byte: %s',
    async (_, { bytes, answers }) => {
      expect(await answersTo(...Array.from(bytes, (byte) => Uint8Array.of(byte)))).toEqual(answers);
    },
  );

  describe('every split in two', () => {
    const sender = new Sender(side);
    const wave = Buffer.from('f09f8c8a', 'hex');
    test.each([
      ['a short text', sender.text('ab🌊'), [textAnswer('ab🌊')]],
      ['a text of 126 bytes', sender.text('c'.repeat(126)), [textAnswer('c'.repeat(126))]],
      ['a ping', sender.ping('pq'), ['pong 7071']],
      [
        'fragments with a ping in between',
        Buffer.concat([
          sender.text(wave.subarray(0, 2), { final: false }),
          sender.ping(),
          sender.more(wave.subarray(2)),
        ]),
        ['pong ', textAnswer('🌊')],
      ],
      ['a close', sender.close(4000, 'bye'), ['close 4000']],
      ['a reserved opcode', sender.frame({ opcode: 3, payload: Buffer.of(1, 2) }), ['close 1002']],
      ['a text that is not UTF-8', sender.text(Buffer.of(0x61, 0xff)), ['close 1007']],
      [
        'a ping that is too long',
        sender.frame({ opcode: OPCODES.ping, payload: Buffer.alloc(126) }),
        ['close 1002'],
      ],
    ] as const)('%s', async (_, bytes, answers) => {
      for (let cut = 1; cut < bytes.length; cut++) {
        expect(await answersTo(bytes.subarray(0, cut), bytes.subarray(cut)), `cut at ${cut}`).toEqual(
          answers,
        );
      }
    });
  });
});
