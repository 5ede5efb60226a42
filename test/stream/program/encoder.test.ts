import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { digestMessage } from '../../../src/stream/digest.ts';
import { arraysProgram } from '../../../src/stream/kinds/arrays.ts';
import { bytesProgram } from '../../../src/stream/kinds/bytes.ts';
import { ParameterReader } from '../../../src/stream/kinds/parameter-reader.ts';
import { usersProgram } from '../../../src/stream/kinds/users.ts';
import { Encoder } from '../../../src/stream/program/encoder.ts';
import {
  type BuiltProgram,
  DTYPES,
  type InterpretedProgram,
  type InterpretedStep,
} from '../../../src/stream/program/field-program.ts';
import { encodeMessage } from '../../../src/stream/program/reference.ts';
import { seedKey } from '../../../src/stream/program/splitmix64.ts';
import { encodedSize } from '../../../src/stream/segment/encoded-messages.ts';
import { FRAMINGS, framed } from '../../../src/stream/segment/framing.ts';
import { LAST_SEQ } from '../../../src/stream/stream.ts';
import { collectAll } from '../../collector.ts';
import { payloadsOf } from '../../simulation/frames.ts';

const encoder = new Encoder();

const USERS: BuiltProgram = { text: true, built: 'users' };

/** The reference is the oracle: payloads, prefix sums and CRCs, in every framing. */
function expectEqual(
  program: InterpretedProgram | BuiltProgram,
  seed: number,
  firstSeq: number,
  count: number,
): void {
  const meant = 'built' in program ? usersProgram() : program;
  const payloads = Array.from({ length: count }, (_, i) => encodeMessage(meant, seed, firstSeq + i));
  const crcs = checkpoints(payloads, program.text);
  const crc = payloads.reduce((start, payload) => digestMessage(payload, program.text, start), 7);
  const first = payloads.slice(0, 1);
  const crcOfFirst = first.reduce((start, payload) => digestMessage(payload, program.text, start), 7);
  for (const framing of FRAMINGS) {
    const parts = payloads.map((payload, i) => framed(framing, payload, firstSeq + i, program.text));
    const hasCrcs = framing !== 'payload';
    const encoded = encoder.encode(program, seedKey(seed), firstSeq, count, framing, hasCrcs);
    expectSameBytes(encoded.bytes, Buffer.concat(parts));
    expect({ ...encoded, bytes: undefined }).toEqual({
      framing,
      count,
      bytes: undefined,
      offsets: sums(parts),
      payloadBytes: sums(payloads),
      crcs: Uint32Array.from(hasCrcs ? crcs : []),
    });
    expect(encoder.digest(encoded, program.text, 0, count, 7)).toBe(crc);
    expect(encoder.digest(encoded, program.text, first.length, count, crcOfFirst)).toBe(crc);
  }
  const frames = encoder.encode(program, seedKey(seed), firstSeq, count, 'websocket', true);
  for (const [i, payload] of payloadsOf(frames.bytes).entries()) expectSameBytes(payload, payloads[i]);
}

/** Sizes summed up: of none, of the first, of the first two … */
function sums(parts: readonly Uint8Array[]): Uint32Array {
  let sum = 0;
  return Uint32Array.from([0, ...parts.map(({ length }) => (sum += length))]);
}

/** CRC-32 before every 64th message, and of all. */
function checkpoints(payloads: readonly Uint8Array[], text: boolean): number[] {
  const crcs: number[] = [];
  let crc = 0;
  for (const [i, payload] of payloads.entries()) {
    if (i % 64 === 0) crcs.push(crc);
    crc = digestMessage(payload, text, crc);
  }
  return [...crcs, crc];
}

/** As toEqual would, but at once: it takes seconds over a megabyte. */
function expectSameBytes(got: Uint8Array, wanted: Uint8Array | undefined): void {
  const meant = Buffer.from(wanted ?? []);
  if (meant.equals(got)) return;
  expect(Buffer.from(got).toString('latin1')).toBe(meant.toString('latin1'));
}

const seeds = fc.maxSafeNat();
const seqs = fc.oneof(
  fc.nat(1000),
  fc.integer({ min: 2 ** 32 - 50, max: 2 ** 32 + 50 }),
  fc.integer({ min: LAST_SEQ - 100, max: LAST_SEQ - 8 }),
  fc.maxSafeNat().map((seq) => Math.min(seq, LAST_SEQ - 8)),
);

const arrays = (query: string) => arraysProgram(new ParameterReader('arrays', new URLSearchParams(query)));
const bytes = (query: string) => bytesProgram(new ParameterReader('bytes', new URLSearchParams(query)));

const arrayQueries = fc
  .record({
    dtype: fc.constantFrom(...DTYPES),
    encoding: fc.constantFrom('json', 'npy'),
    dist: fc.constantFrom('uniform', 'normal', 'exponential'),
    decimals: fc.nat(9),
    shape: fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 3 }),
  })
  .map(({ dtype, encoding, dist, decimals, shape }) => {
    const floats = dtype.startsWith('float') ? `&dist=${dist}&decimals=${decimals}` : '';
    return `dtype=${dtype}&encoding=${encoding}&shape=${shape.join(',')}${floats}`;
  });

describe('the encoder equals the reference', () => {
  test('users', () => {
    fc.assert(
      fc.property(seeds, seqs, (seed, seq) => expectEqual(USERS, seed, seq, 8)),
      {
        numRuns: 1000,
      },
    );
  });

  test.each([3920, 3934, 3935, 3936, 3951, 3952, 32_766, 32_767, 32_768, 36_702, 36_703, 65_535, 100_003])(
    'messages of %i bytes, around the sizes from which CRCs are folded',
    (size) => {
      for (const count of [1, 4]) expectEqual(bytes(`size=${size}`), 7, 2 ** 32 - 2, count);
    },
  );

  test.each([0, 1, 63, 64, 65, 128, 200])('%i messages, around the checkpoints of their CRCs', (count) =>
    expectEqual(bytes('size=300'), 7, 0, count),
  );

  test('arrays', () => {
    fc.assert(
      fc.property(arrayQueries, seeds, seqs, (query, seed, seq) => expectEqual(arrays(query), seed, seq, 3)),
      { numRuns: 300 },
    );
  });

  test.each([
    'min=-5&max=5&decimals=3',
    'decimals=0&min=-100&max=3',
    'min=-0.5&max=0.5',
    'decimals=9&min=0&max=4.294967296',
    'decimals=9&min=-9007199.254740991&max=-9007198',
    'dtype=int32&min=-2147483648&max=-2147483000',
    'dtype=uint32&min=4294967295',
    'shape=1025&encoding=npy', // an odd count in the case that takes two at a time
    'shape=65536',
    'shape=65536&encoding=npy',
  ])('arrays?%s', (query) => {
    for (const seq of [0, 1, 2 ** 32, LAST_SEQ - 1]) expectEqual(arrays(query), 7, seq, 2);
  });

  test.each([35, 36, 44, 45, 125, 126, 127, 256, 65_535, 65_536, 70_000])('bytes of %i', (size) => {
    for (const seq of [0, 9, 99_999_998, 2 ** 32 - 1, LAST_SEQ - 2])
      expectEqual(bytes(`size=${size}`), 3, seq, 3);
  });

  test.each([
    { around: 126, count: 21 },
    { around: 65_536, count: 10_956 },
  ])('messages whose frames change the form of their length at $around bytes', ({ around, count }) => {
    const values = { minimum: -20_000, range: 120_000, shape: 'uniform', decimals: 0 } as const;
    const steps = [
      { step: 'field', path: 'a' },
      { step: 'numbers', count, distribution: values, as: 'json' },
    ] as const;
    const lengths = Array.from(
      { length: 64 },
      (_, seq) => encodeMessage({ text: true, steps }, 1, seq).length,
    );
    expect(lengths.some((length) => length < around)).toBe(true);
    expect(lengths.some((length) => length >= around)).toBe(true);
    expectEqual({ text: true, steps }, 1, 0, 64);
  });

  test('any program that is interpreted', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), fc.boolean(), seeds, seqs, (steps, text, seed, seq) =>
        expectEqual({ text, steps }, seed, seq, 3),
      ),
      { numRuns: 500 },
    );
  });
});

const numbers = fc.record({
  step: fc.constant('numbers' as const),
  count: fc.nat(5),
  distribution: fc.constant({ shape: 'uniform', decimals: 2, minimum: -300, range: 70_000 } as const),
  as: fc.constantFrom('json' as const, ...DTYPES),
});
const step: fc.Arbitrary<InterpretedStep> = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 40 }).map((text) => ({ step: 'text' as const, text })),
  fc.uint8Array({ maxLength: 40 }).map((content) => ({ step: 'binary' as const, bytes: content })),
  fc.constant({ step: 'seq' as const }),
  fc.constantFrom('a', 'b.c', 'values').map((path) => ({ step: 'field' as const, path })),
  fc.nat(60).map((untilBytes) => ({ step: 'fill' as const, untilBytes })),
  numbers,
);

describe('Encoder', () => {
  test('drops its programs when there are too many, and takes them again', () => {
    const small = new Encoder();
    const programs = Array.from({ length: 40 }, (_, index): InterpretedProgram => {
      const steps = [{ step: 'text', text: `${index}${'x'.repeat(500_000)}` }, { step: 'seq' }] as const;
      return { text: true, steps };
    });
    for (const round of [0, 1]) {
      const user = small.encode(USERS, seedKey(1), round, 1, 'lines', false);
      expect(Buffer.from(user.bytes).toString()).toBe(
        `${Buffer.from(encodeMessage(usersProgram(), 1, round))}\n`,
      );
      for (const program of programs) {
        const { bytes: made } = small.encode(program, seedKey(1), round, 1, 'lines', false);
        expect(Buffer.from(made).toString()).toBe(`${Buffer.from(encodeMessage(program, 1, round))}\n`);
      }
    }
  });

  test('keeps no program that nobody has any more', async () => {
    const used = new Encoder();
    const use = (index: number) => {
      const program = bytes(`size=${index}`);
      used.encode(program, 1n, 0, 1, 'lines', false);
      return new WeakRef(program);
    };
    const programs = Array.from({ length: 100 }, (_, index) => use(100 + index));
    await setImmediate(); // until then they are kept, since they were just made
    collectAll();
    expect(programs.filter((program) => program.deref() !== undefined).length).toBeLessThan(3);
  });

  test('refuses what can not be encoded at once', () => {
    expect(() => encoder.encode(bytes('size=1048576'), 1n, 0, 4096, 'websocket', true)).toThrow(RangeError);
    expectEqual(USERS, 1, 0, 1);
  });

  test('gives memory of its own', () => {
    const first = encoder.encode(USERS, seedKey(1), 0, 2, 'websocket', true);
    const copy = Uint8Array.from(first.bytes);
    encoder.encode(USERS, seedKey(2), 9, 2, 'websocket', true);
    expect(first.bytes).toEqual(copy);
  });

  test('writes over the memory that it is given, if that is large enough', () => {
    const expected = encoder.encode(USERS, seedKey(1), 0, 200, 'websocket', true);
    const sizeBytes = encodedSize(expected);
    for (const [givenBytes, fits] of [
      [sizeBytes + 1000, true],
      [sizeBytes, true],
      [sizeBytes - 1, false],
      [0, false],
    ] as const) {
      const memory = new Uint8Array(new SharedArrayBuffer(givenBytes + 1024), 1024).fill(0xff);
      const made = encoder.encode(USERS, seedKey(1), 0, 200, 'websocket', true, memory);
      expect(made.bytes.buffer === memory.buffer).toBe(fits);
      if (fits) expect(made.offsets.byteOffset).toBe(1024);
      expect(made).toEqual(expected);
      if (!fits) expect(memory.every((byte) => byte === 0xff)).toBe(true);
    }
  });
});
