import { binaryAnswer, type Case, pongAnswer, type Sender, textAnswer } from './case.ts';

const hex = (text: string) => Buffer.from(text, 'hex');

/** At the borders of Unicode (RFC 3629, section 3). */
const VALID = {
  'of one byte': '7f',
  'the first of two bytes': 'c280',
  'the last of two bytes': 'dfbf',
  'the first of three bytes': 'e0a080',
  'the last before the surrogates': 'ed9fbf',
  'the first behind the surrogates': 'ee8080',
  'U+FFFE': 'efbfbe',
  'the last of three bytes': 'efbfbf',
  'the first of four bytes': 'f0908080',
  'the last of all': 'f48fbfbf',
  zero: '00',
  'a byte order mark': 'efbbbf',
  'of many alphabets': Buffer.from('Hello-µ@ßöäüàá-κόσμε-你好-🌊').toString('hex'),
};

const INVALID = {
  'a continuation byte alone': '80',
  'the last continuation byte alone': 'bf',
  'c0 80, zero in two bytes': 'c080',
  'c1 bf, too long a form': 'c1bf',
  'e0 80 80, zero in three bytes': 'e08080',
  'e0 9f bf, too long a form': 'e09fbf',
  'f0 80 80 80, zero in four bytes': 'f0808080',
  'f0 8f bf bf, too long a form': 'f08fbfbf',
  'the first surrogate': 'eda080',
  'the last surrogate': 'edbfbf',
  'a pair of surrogates': 'eda080edb080',
  'above U+10FFFF': 'f4908080',
  f5: 'f5808080',
  'five bytes': 'f888808080',
  'six bytes': 'fc8480808080',
  fe: 'fe',
  ff: 'ff',
  'two bytes cut after the first': 'c3',
  'three bytes cut after the first': 'e2',
  'three bytes cut after the second': 'e282',
  'four bytes cut after the third': 'f09f8c',
  'a cut character and then another': 'e28261',
  'a valid beginning and a broken end': 'cebae1bdb9cf83cebcceb5eda080656469746564',
};

/** UTF-8 in texts, in their fragments, and in the reasons of closes. */
export function utf8Cases(sender: Sender): Case[] {
  const cases: Case[] = [];
  for (const [name, bytes] of Object.entries(VALID)) {
    const text = hex(bytes).toString();
    cases.push({ name: `valid: ${name}`, bytes: sender.text(hex(bytes)), answers: [textAnswer(text)] });
  }
  for (const [name, bytes] of Object.entries(INVALID)) {
    cases.push({
      name: `invalid: ${name}`,
      bytes: Buffer.concat([sender.text('ok'), sender.text(hex(bytes))]),
      answers: [textAnswer('ok'), 'close 1007'],
    });
  }
  const wave = hex('f09f8c8a');
  for (const cut of [1, 2, 3]) {
    cases.push({
      name: `a character of four bytes cut after ${cut} by fragments, with a ping in between`,
      bytes: Buffer.concat([
        sender.text(wave.subarray(0, cut), { final: false }),
        sender.ping('p'),
        sender.more(wave.subarray(cut)),
      ]),
      answers: [pongAnswer('p'), textAnswer('🌊')],
    });
  }
  return [
    ...cases,
    {
      name: 'invalid: the first of two fragments',
      bytes: Buffer.concat([sender.text(hex('ff'), { final: false }), sender.ping('p'), sender.more('b')]),
      answers: [pongAnswer('p'), 'close 1007'],
      secondOpinion: {
        answers: ['close 1007'],
        why: 'wsproto looks at each fragment as it comes, ws at the whole message; section 8.1 asks for neither',
      },
    },
    {
      name: 'invalid: a surrogate, cut by fragments',
      bytes: Buffer.concat([
        sender.text(hex('eda0'), { final: false }),
        sender.ping('p'),
        sender.more(hex('80')),
      ]),
      answers: [pongAnswer('p'), 'close 1007'],
    },
    {
      name: 'invalid: a character that no fragment ends',
      bytes: Buffer.concat([sender.text(hex('e282'), { final: false }), sender.ping('p'), sender.more('')]),
      answers: [pongAnswer('p'), 'close 1007'],
    },
    {
      name: 'invalid: a text that is completed by the binary message before it',
      bytes: Buffer.concat([sender.binary(hex('01c3')), sender.text(hex('a961'))]),
      answers: [binaryAnswer(hex('01c3')), 'close 1007'],
    },
    {
      name: 'invalid: a text that is completed by the text behind it',
      bytes: Buffer.concat([sender.text(hex('61c3')), sender.text(hex('a961'))]),
      answers: ['close 1007'],
    },
    {
      name: 'bytes that are not UTF-8 in a binary message, and in a ping',
      bytes: Buffer.concat([sender.binary(hex('ff80')), sender.ping(hex('c0af'))]),
      answers: [binaryAnswer(hex('ff80')), 'pong c0af'],
    },
    {
      name: 'invalid: the reason of a close',
      bytes: sender.close(1000, hex('ceba80')),
      answers: ['close 1007'],
    },
  ];
}
