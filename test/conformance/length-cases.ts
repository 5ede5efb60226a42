import { type Answer, binaryAnswer, type Case, pongAnswer, type Sender, textAnswer } from './case.ts';

/** The most that each side takes in one message. */
const MOST_BYTES = { server: 65_536, client: 67_108_864 } as const;

/** More than a connection answers at once. */
const MANY_PINGS = 300;

const NO_LIMIT = 'wsproto has no limit: it leaves that to whoever uses it';
const NOT_YET = 'wsproto says nothing before the payload has come';

/** Lengths: every form at its borders, forms that are not the shortest, and what is too large. */
export function lengthCases(sender: Sender): Case[] {
  const sizes = [0, 1, 2, 124, 125, 126, 127, 128, 129, 254, 255, 256, 65_534, 65_535, 65_536];
  const cases: Case[] = sizes.flatMap((size) => {
    const text = '*'.repeat(size);
    const bytes = Buffer.alloc(size, 0xfe);
    return [
      { name: `text of ${size} bytes`, bytes: sender.text(text), answers: [textAnswer(text)] },
      { name: `binary of ${size} bytes`, bytes: sender.binary(bytes), answers: [binaryAnswer(bytes)] },
    ];
  });
  for (const [size, lengthBytes] of [
    [0, 2],
    [1, 2],
    [125, 2],
    [0, 8],
    [125, 8],
    [126, 8],
    [65_535, 8],
  ] as const) {
    const text = 'x'.repeat(size);
    cases.push({
      name: `${size} bytes with a length of ${lengthBytes} bytes, which is not the shortest form`,
      bytes: sender.text(text, { lengthBytes }),
      answers: [textAnswer(text)],
      secondOpinion: {
        answers: ['close 1002'],
        why: 'section 5.2 of RFC 6455 wants the shortest form of whoever sends; ws takes any, as most do: no harm comes of it',
      },
    });
  }
  for (const size of [0, 1, 124, 125]) {
    const text = 'p'.repeat(size);
    cases.push({ name: `ping of ${size} bytes`, bytes: sender.ping(text), answers: [pongAnswer(text)] });
    cases.push({
      name: `pong of ${size} bytes that nobody asked for`,
      bytes: sender.pong(text),
      answers: [],
    });
  }
  for (const [kind, first] of [
    ['close', 0x88],
    ['ping', 0x89],
    ['pong', 0x8a],
  ] as const) {
    for (const lengthBytes of [2, 8] as const) {
      cases.push({
        name: `${kind} of 126 bytes, its length in ${lengthBytes} bytes`,
        bytes: Buffer.concat([sender.header(first, 126n, lengthBytes), Buffer.alloc(126)]),
        answers: ['close 1002'],
      });
    }
  }
  const most = MOST_BYTES[sender.side];
  const pings = MANY_PINGS;
  return [
    ...cases,
    {
      name: 'a frame that says it is one byte too large, of which nothing more comes',
      bytes: sender.header(0x82, BigInt(most + 1), 8),
      answers: ['close 1009'],
      secondOpinion: { answers: [], why: `${NO_LIMIT}; ${NOT_YET}` },
    },
    {
      name: 'a frame that says it has 2^53 bytes',
      bytes: sender.header(0x82, 2n ** 53n, 8),
      answers: ['close 1009'],
      secondOpinion: { answers: [], why: `${NO_LIMIT}; ${NOT_YET}` },
    },
    {
      name: 'a frame whose length has the highest bit set',
      bytes: sender.header(0x82, 2n ** 63n, 8),
      answers: ['close 1009'],
      secondOpinion: {
        answers: ['close 1002'],
        why: 'section 5.2 wants that bit to be 0; to ws it is too large first',
      },
    },
    {
      name: 'fragments that together say one byte too many',
      bytes: Buffer.concat([
        sender.binary(Buffer.alloc(2), { final: false }),
        sender.header(0x00, BigInt(most - 1), sender.side === 'server' ? 2 : 8),
      ]),
      answers: ['close 1009'],
      secondOpinion: { answers: [], why: `${NO_LIMIT}; ${NOT_YET}` },
    },
    {
      name: `${pings} pings in one piece`,
      bytes: Buffer.concat(Array<Buffer>(pings).fill(sender.ping('p'))),
      answers: Array<Answer>(pings).fill(pongAnswer('p')),
    },
    {
      name: 'two messages and a ping in one piece',
      bytes: Buffer.concat([sender.text('one'), sender.ping('two'), sender.text('three')]),
      answers: [textAnswer('one'), pongAnswer('two'), textAnswer('three')],
    },
  ];
}
