import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PacketFault, PacketReader, PacketWriter } from '../../../src/bench/agents/packets.ts';

const MOST_BYTES = 400;

/** All messages that a reader makes of packets. */
function read(packets: readonly Uint8Array[]): unknown[] {
  const reader = new PacketReader();
  return packets.flatMap((packet) => reader.read(packet) ?? []);
}

function packetsOf(...messages: object[]): Uint8Array[] {
  const writer = new PacketWriter(MOST_BYTES);
  return messages.flatMap((message) => writer.packets(message));
}

const LONG = { text: 'ä'.repeat(1000) };

test('messages of any size go through packets of a bounded size', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ text: fc.string({ unit: 'grapheme', maxLength: 2000 }) })),
      (messages) => {
        const packets = packetsOf(...messages);
        for (const { length } of packets) expect(length).toBeLessThanOrEqual(MOST_BYTES);
        expect(read(packets)).toEqual(messages);
      },
    ),
    { numRuns: 50 },
  );
});

test('whatever is lost, repeated or swapped is noticed', () => {
  const packets = packetsOf({ a: 1 }, LONG, { b: 2 });
  expect(packets.length).toBeGreaterThan(5);
  for (const index of packets.keys()) {
    const behind = index < packets.length - 1;
    const whole = packets.toSpliced(index, 1);
    if (behind)
      expect(() => read(whole), `without ${index}`).toThrow(
        /^a message was lost: packet \d+ came after \d+$/,
      );
    expect(() => read(packets.toSpliced(index, 0, packets[index] as Uint8Array))).toThrow(PacketFault);
  }
});

test('a byte that is another is noticed, wherever it is', () => {
  const packets = packetsOf(LONG);
  const changes = packets.flatMap((packet, index) => [...packet.keys()].map((at) => ({ index, at })));
  for (const { index, at } of changes.filter((_, each) => each % 7 === 0)) {
    const changed = (packets[index] as Uint8Array).slice();
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(() => read(packets.with(index, changed)), `byte ${at} of packet ${index}`).toThrow(PacketFault);
  }
});

test.each([
  ['nothing', ''],
  ['no head', 'hello'],
  ['another kind of head', '{"packet":"1"}\n{}'],
  ['a part that is none', '{"packet":1,"part":2,"parts":2,"crc32":"00000000"}\n{}'],
  ['too many parts', '{"packet":1,"part":1,"parts":5000,"crc32":"00000000"}\n{}'],
  ['what is no JSON', '{"packet":1,"part":1,"parts":1,"crc32":"00000000"}\n'],
])('%s is refused', (_, text) => {
  expect(() => read([Buffer.from(text)])).toThrow(PacketFault);
});
