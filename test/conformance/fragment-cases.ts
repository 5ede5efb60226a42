import { binaryAnswer, type Case, OPCODES, pongAnswer, type Sender, textAnswer } from './case.ts';

const NO_BYTES = Buffer.alloc(0);

/** Messages in fragments, what may come in between, and what may not. */
export function fragmentCases(sender: Sender): Case[] {
  const open = { final: false };
  const cases: Case[] = [];
  const all = (...pieces: Buffer[]) => Buffer.concat(pieces);
  for (const count of [2, 3, 10]) {
    const middle = Array.from({ length: count - 2 }, (_, i) => sender.more(String(i), open));
    const inside = Array.from({ length: count - 2 }, (_, i) => String(i)).join('');
    cases.push(
      {
        name: `a text in ${count} fragments`,
        bytes: all(sender.text('a', open), ...middle, sender.more('z')),
        answers: [textAnswer(`a${inside}z`)],
      },
      {
        name: `a binary message in ${count} fragments`,
        bytes: all(sender.binary(Buffer.of(0xff), open), ...middle, sender.more(Buffer.of(0xfe))),
        answers: [binaryAnswer(Buffer.from([0xff, ...Buffer.from(inside), 0xfe]))],
      },
    );
  }
  cases.push(
    {
      name: 'a text in three fragments, all empty',
      bytes: all(sender.text('', open), sender.more('', open), sender.more('')),
      answers: [textAnswer('')],
    },
    {
      name: 'a text in three fragments, the one in the middle empty',
      bytes: all(sender.text('a', open), sender.more('', open), sender.more('b')),
      answers: [textAnswer('ab')],
    },
    {
      name: 'a text in 1,000 fragments of one byte',
      bytes: all(
        sender.text('x', open),
        ...Array<Buffer>(998).fill(sender.more('x', open)),
        sender.more('x'),
      ),
      answers: [textAnswer('x'.repeat(1000))],
    },
    {
      name: 'an empty message in 20,000 fragments',
      bytes: all(
        sender.binary(NO_BYTES, open),
        ...Array<Buffer>(19_998).fill(sender.more('', open)),
        sender.more(''),
      ),
      answers: [binaryAnswer(NO_BYTES)],
    },
    {
      name: 'as many bytes as a client may send, in fragments of four', // as Autobahn's 9.3.1, which are four MiB in fragments of 64
      bytes: all(
        sender.text('tide', open),
        ...Array<Buffer>(16_382).fill(sender.more('mark', open)),
        sender.more('done'),
      ),
      answers: [textAnswer(`tide${'mark'.repeat(16_382)}done`)],
    },
    {
      name: 'a ping between two fragments',
      bytes: all(sender.text('a', open), sender.ping('now'), sender.more('b')),
      answers: [pongAnswer('now'), textAnswer('ab')],
    },
    {
      name: 'pings between all of four fragments',
      bytes: all(
        ...[sender.text('a', open), sender.ping('1'), sender.more('b', open), sender.ping('2')],
        ...[sender.more('c', open), sender.ping('3'), sender.more('d')],
      ),
      answers: [pongAnswer('1'), pongAnswer('2'), pongAnswer('3'), textAnswer('abcd')],
    },
    {
      name: 'a pong between two fragments',
      bytes: all(sender.text('a', open), sender.pong('?'), sender.more('b')),
      answers: [textAnswer('ab')],
    },
    {
      name: 'a close between two fragments',
      bytes: all(sender.text('a', open), sender.close(1000), sender.more('b')),
      answers: ['close 1000'],
    },
    {
      name: 'two messages in fragments, one behind the other',
      bytes: all(
        sender.text('a', open),
        sender.more('b'),
        sender.binary(Buffer.of(1), open),
        sender.more(Buffer.of(2)),
      ),
      answers: [textAnswer('ab'), binaryAnswer(Buffer.of(1, 2))],
    },
    {
      name: 'a message behind one in fragments',
      bytes: all(sender.text('a', open), sender.more('b'), sender.text('c')),
      answers: [textAnswer('ab'), textAnswer('c')],
    },
    {
      name: 'a text within a text in fragments',
      bytes: all(sender.text('a', open), sender.text('b'), sender.more('c')),
      answers: ['close 1002'],
    },
    {
      name: 'a text in fragments within another one',
      bytes: all(sender.text('a', open), sender.text('b', open), sender.more('c')),
      answers: ['close 1002'],
    },
    {
      name: 'a binary message within a text in fragments',
      bytes: all(sender.text('a', open), sender.binary(Buffer.of(1)), sender.more('c')),
      answers: ['close 1002'],
    },
    { name: 'a continuation of nothing', bytes: sender.more('a'), answers: ['close 1002'] },
    {
      name: 'a continuation of nothing that goes on',
      bytes: sender.more('a', open),
      answers: ['close 1002'],
    },
    {
      name: 'a continuation of a message that is whole',
      bytes: all(sender.text('a'), sender.more('b')),
      answers: [textAnswer('a'), 'close 1002'],
    },
    {
      name: 'a continuation of a message that has ended',
      bytes: all(sender.text('a', open), sender.more('b'), sender.more('c')),
      answers: [textAnswer('ab'), 'close 1002'],
    },
    {
      name: 'a text that never ends',
      bytes: all(sender.text('a', open), sender.more('b', open)),
      answers: [],
    },
  );
  for (const kind of ['close', 'ping', 'pong'] as const) {
    const payload = kind === 'close' ? Buffer.of(0x03, 0xe8) : Buffer.from('x');
    cases.push({
      name: `a ${kind} in fragments`,
      bytes: all(sender.frame({ opcode: OPCODES[kind], payload, ...open }), sender.more('x')),
      answers: ['close 1002'],
    });
  }
  return cases;
}
