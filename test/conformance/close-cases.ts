import { type Answer, type Case, pongAnswer, type Sender, textAnswer } from './case.ts';

const TAKEN = [
  1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999,
];
const REFUSED = [0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535];

const UNKNOWN_1014 = {
  answers: ['close 1002'],
  why: 'this wsproto does not know 1014, which was registered after RFC 6455',
} as const;

/** Codes, reasons and sizes of close frames, and what comes behind them. */
export function closeCases(sender: Sender): Case[] {
  const refused: Answer[] = ['close 1002'];
  return [
    ...TAKEN.map((code): Case => {
      const taken = {
        name: `a close with ${code}`,
        bytes: sender.close(code, 'why'),
        answers: [`close ${code}` as const],
      };
      return code === 1014 ? { ...taken, secondOpinion: UNKNOWN_1014 } : taken;
    }),
    ...REFUSED.map((code) => ({ name: `a close with ${code}`, bytes: sender.close(code), answers: refused })),
    { name: 'a close without a code', bytes: sender.close(), answers: ['close'] },
    {
      name: 'a close of one byte',
      bytes: sender.frame({ opcode: 8, payload: Buffer.of(3) }),
      answers: refused,
    },
    { name: 'a close without a reason', bytes: sender.close(1000), answers: ['close 1000'] },
    {
      name: 'a close with the longest reason',
      bytes: sender.close(1000, 'r'.repeat(123)),
      answers: ['close 1000'],
    },
    {
      name: 'a close with a reason that is too long',
      bytes: sender.close(1000, 'r'.repeat(124)),
      answers: refused,
    },
    {
      name: 'a message before a close',
      bytes: Buffer.concat([sender.text('last'), sender.close(1000)]),
      answers: [textAnswer('last'), 'close 1000'],
    },
    {
      name: 'a message behind a close',
      bytes: Buffer.concat([sender.close(1000), sender.text('late')]),
      answers: ['close 1000'],
    },
    {
      name: 'a ping behind a close',
      bytes: Buffer.concat([sender.ping('early'), sender.close(1000), sender.ping('late')]),
      answers: [pongAnswer('early'), 'close 1000'],
    },
    {
      name: 'a second close',
      bytes: Buffer.concat([sender.close(1000), sender.close(1001)]),
      answers: ['close 1000'],
    },
    {
      name: 'what breaks the protocol behind a close',
      bytes: Buffer.concat([sender.close(1000), sender.frame({ opcode: 3, payload: Buffer.of() })]),
      answers: ['close 1000'],
    },
  ];
}
