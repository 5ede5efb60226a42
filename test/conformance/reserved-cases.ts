import { type Case, OPCODES, type Sender, textAnswer } from './case.ts';

/** Reserved bits, reserved opcodes, and the mask where it must not be. */
export function reservedCases(sender: Sender): Case[] {
  const cases: Case[] = [];
  const broken = (name: string, bytes: Buffer) => {
    cases.push({
      name: `${name}, behind a message`,
      bytes: Buffer.concat([sender.text('before'), bytes, sender.text('behind')]),
      answers: [textAnswer('before'), 'close 1002'],
    });
  };
  for (const reserved of [1, 2, 3, 4, 5, 6, 7]) {
    const bits = reserved.toString(2).padStart(3, '0');
    broken(`a text with the reserved bits ${bits}`, sender.text('x', { reserved }));
    broken(
      `a ping with the reserved bits ${bits}`,
      sender.frame({ opcode: 9, payload: Buffer.of(), reserved }),
    );
  }
  for (const kind of ['binary', 'close', 'pong'] as const) {
    const payload = kind === 'close' ? Buffer.of(0x03, 0xe8) : Buffer.from('x');
    broken(
      `a ${kind} with the first reserved bit`,
      sender.frame({ opcode: OPCODES[kind], payload, reserved: 4 }),
    );
  }
  for (const opcode of [3, 4, 5, 6, 7, 11, 12, 13, 14, 15]) {
    broken(`opcode ${opcode}`, sender.frame({ opcode, payload: Buffer.of() }));
    broken(`opcode ${opcode} with a payload`, sender.frame({ opcode, payload: Buffer.from('reserved') }));
  }
  for (const [kind, opcode] of Object.entries(OPCODES)) {
    const payload = kind === 'close' ? Buffer.of(0x03, 0xe8) : Buffer.from('x');
    if (kind === 'continuation') continue;
    broken(
      `a ${kind} that is ${sender.side === 'server' ? 'not ' : ''}masked`,
      sender.wronglyMasked({ opcode, payload }),
    );
  }
  return cases;
}
