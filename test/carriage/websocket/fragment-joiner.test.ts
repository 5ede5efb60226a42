import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as ws from 'ws';
import { FragmentJoiner } from '../../../src/carriage/websocket/fragment-joiner.ts';
import { frame } from './frames.ts';

const MOST_BYTES = 70_000;
const MASK = Uint8Array.of(1, 2, 3, 4);

interface Decoder {
  readonly told: string[];
  /** What the decoder was given. */
  readonly given: Buffer[];
  take(bytes: Buffer): void;
}

/** A strict decoder, and what it tells, alone or behind a joiner. */
function decoder(masked: boolean, joined: boolean): Decoder {
  const told: string[] = [];
  const given: Buffer[] = [];
  const limits = { maxPayload: MOST_BYTES, isServer: masked };
  const { Receiver } = ws as unknown as { Receiver: new (options: object) => NodeJS.WritableStream }; // not in its types
  const receiver = new Receiver(limits);
  receiver.on('message', (data: Buffer, isBinary: boolean) =>
    told.push(`${isBinary ? 'binary' : 'text'} ${hash(data)}`),
  );
  for (const kind of ['ping', 'pong'])
    receiver.on(kind, (data: Buffer) => told.push(`${kind} ${data.toString('hex')}`));
  let ended = false; // behind a close frame, or an error, ws hands its decoder nothing more
  receiver.on('conclude', (code: number) => {
    ended = true;
    told.push(`close ${code}`);
  });
  receiver.on('error', (error: Error & { code: string }) => {
    ended = true;
    told.push(error.code);
  });
  const give = (bytes: Buffer) => {
    given.push(bytes);
    if (!ended) receiver.write(bytes);
  };
  const joiner = new FragmentJoiner({ masked, mostBytes: MOST_BYTES }, give);
  return { told, given, take: (bytes) => (joined ? joiner.take(bytes) : give(Buffer.from(bytes))) };
}

function hash(data: Buffer): string {
  let sum = 7;
  for (const byte of data) sum = (sum * 31 + byte) % 1_000_003;
  return `${data.length} ${sum}`;
}

/** Bytes in pieces of these lengths, over and over. */
function* cut(bytes: Buffer, lengths: readonly number[]): Generator<Buffer> {
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const end = at + (lengths[i % lengths.length] ?? 1);
    yield bytes.subarray(at, end);
    at = end;
  }
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

const frames = fc.array(
  fc.record({
    final: fc.boolean(),
    reserved: fc.constantFrom(0, 0, 0, 0, 0, 0, 0, 0, 0, 4),
    opcode: fc.constantFrom(0, 0, 0, 0, 1, 2, 8, 9, 10, 3),
    payload: fc.oneof(
      fc.uint8Array({ maxLength: 10 }),
      fc.integer({ min: 0, max: 40_000 }).map((size) => Buffer.alloc(size, 0x61)),
    ),
    masked: fc.constantFrom(true, true, true, true, true, true, true, false),
  }),
  { maxLength: 12 },
);

test('a strict decoder tells the same behind it as alone, whatever comes, and however it is cut', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.boolean(),
      frames,
      fc.array(fc.integer({ min: 1, max: 30_000 }), { minLength: 1, maxLength: 5 }),
      async (masked, some, lengths) => {
        const bytes = Buffer.concat([
          ...some.map(({ masked: as, ...each }) =>
            frame({ ...each, ...(as === masked ? { mask: MASK } : {}) }),
          ),
          Buffer.alloc(14), // so that every header is whole
        ]);
        const [alone, behind] = [decoder(masked, false), decoder(masked, true)];
        for (const part of cut(bytes, lengths)) for (const each of [alone, behind]) each.take(part);
        await turn();
        expect(behind.told).toEqual(alone.told);
      },
    ),
    { numRuns: 300 },
  );
});

test.each([
  ['fragments of 64 bytes, each in a read of its own', 64, 1000],
  ['fragments of one byte', 1, 60_000],
  ['fragments of nothing', 0, 60_000],
])('an unfinished message takes its bytes and little more: %s', (_, size, count) => {
  const { given, take } = decoder(true, true);
  take(frame({ final: false, opcode: 1, payload: Buffer.from('a'), mask: MASK }));
  for (let i = 0; i < count; i++)
    take(frame({ final: false, opcode: 0, payload: Buffer.alloc(size, 0x62), mask: MASK }));
  expect(given.length).toBeLessThan(10);
  const held = given.reduce((sum, { buffer }) => sum + buffer.byteLength, 0);
  expect(held).toBeLessThan(size * count + 16_384);
});

test('a frame that comes byte by byte takes its bytes and little more', async () => {
  const { given, told, take } = decoder(true, true);
  const bytes = frame({ opcode: 2, payload: Buffer.alloc(65_536, 7), mask: MASK });
  for (const part of cut(bytes, [1])) take(part);
  await turn();
  expect(given.length).toBeLessThan(10);
  expect(told).toEqual([`binary ${hash(Buffer.alloc(65_536, 7))}`]);
});
