import fc from 'fast-check';
import { expect } from 'vitest';
import { programSource, SOURCE_HEAD } from '../../scripts/program-source.mjs';
import { compile } from '../../scripts/wasm.mjs';
import type { FieldProgram, Step } from '../../src/stream/program/field-program.ts';
import { encodeMessage } from '../../src/stream/program/reference.ts';
import { messageKey } from '../../src/stream/program/splitmix64.ts';
import { LAST_SEQ } from '../../src/stream/stream.ts';

type Run = (entries: number, key: bigint, seq: bigint, out: number) => number;

/** Compiles all of them at once, since a compilation takes a second; gives for each what makes a message. */
async function made(programs: readonly FieldProgram[]) {
  const sources: { source: string; texts: string }[] = programs.map((program, index) =>
    programSource(`program${index}`, program),
  );
  const harness = `${SOURCE_HEAD}import { indexTexts, makePairs } from './text';
export { indexTexts, makePairs };
export function end(): usize { return __heap_base; }
`;
  const files = { 'assembly/some.ts': `${harness}${sources.map(({ source }) => source).join('')}` };
  const binary = await compile('assembly/some.ts', files);
  // biome-ignore lint/suspicious/noExplicitAny: what it exports is named as it was asked for
  const exports = new (globalThis as any).WebAssembly.Instance(
    // biome-ignore lint/suspicious/noExplicitAny: as above
    new (globalThis as any).WebAssembly.Module(binary),
  ).exports;
  exports.makePairs();
  exports.memory.grow(16);
  return programs.map((_, index) => (seed: number, seq: number) => {
    const count: number = exports[`program${index}TextCount`].value;
    const entries: number = exports.end();
    const texts = entries + 8 * count;
    const memory = new Uint8Array(exports.memory.buffer);
    memory.fill(0xff, entries); // whatever is read by mistake shows
    const { written } = new TextEncoder().encodeInto(sources[index]?.texts ?? '', memory.subarray(texts));
    exports.indexTexts(texts, count, entries);
    const out = texts + written + 64;
    const run: Run = exports[`program${index}`];
    const end = run(entries, messageKey(seed, seq), BigInt(seq), out);
    expect(end - out).toBeLessThanOrEqual(exports[`program${index}MaximumBytes`].value);
    return memory.slice(out, end);
  });
}

const SET_SLOTS: Step[] = [
  { step: 'pick', table: ['', 'a', 'bc'], slot: 0 },
  { step: 'choose', branches: [0, 1, 2].map((weight) => ({ weight: weight + 1, steps: [], slot: 1 })) },
];

/** Any step whose slots are set; what it refers to is of a size that fits the slots. */
function stepOf(depth: number): fc.Arbitrary<Step> {
  const word = fc
    .string({ unit: 'grapheme', maxLength: 40 })
    .filter((text) => !text.includes('\n') && Buffer.from(text).toString() === text);
  const words = fc.array(word, { minLength: 1, maxLength: 5 });
  const three = fc.tuple(word, word, word);
  const pattern = fc
    .array(fc.constantFrom('#', '$', '!', '-', 'x', ' '), { maxLength: 24 })
    .map((all) => all.join(''));
  const leaves: fc.Arbitrary<Step>[] = [
    word.map((text) => ({ step: 'text', text })),
    fc.uint8Array({ maxLength: 40 }).map((content) => ({ step: 'binary', bytes: content })),
    fc.constant({ step: 'seq' }),
    fc.constantFrom('a', 'b.c', 'values').map((path) => ({ step: 'field', path })),
    words.map((table) => ({ step: 'pick', table })),
    three.map((table) => ({ step: 'repeat', table, slot: 0 })),
    fc.constantFrom(1, 2, 10, 1000, 2 ** 31, 2 ** 32).map((bound) => ({ step: 'integer', bound })),
    pattern.map((shape) => ({ step: 'digits', pattern: shape })),
    fc.constant({ step: 'uuid' }),
    fc
      .record({
        firstDay: fc.integer({ min: -700_000, max: 2_000_000 }),
        dayCount: fc.integer({ min: 1, max: 900_000 }),
      })
      .map((days) => ({ step: 'date', ...days })),
    fc.tuple(words, words, words).map((tables) => ({
      step: 'follow',
      slot: 1,
      branches: tables.map((table) => [{ step: 'pick', table }] as const),
    })),
    fc.tuple(three, three, three).map((tables) => ({
      step: 'follow',
      slot: 1,
      branches: tables.map((table) => [{ step: 'repeat', table, slot: 0 }] as const),
    })),
  ];
  if (depth === 0) return fc.oneof(...leaves);
  const steps = fc.array(stepOf(depth - 1), { maxLength: 3 });
  const branches = fc.array(fc.record({ weight: fc.integer({ min: 1, max: 60 }), steps }), {
    minLength: 1,
    maxLength: 4,
  });
  return fc.oneof(
    ...leaves,
    branches.map((all): Step => ({ step: 'choose', branches: all })),
    fc.tuple(steps, steps, steps).map((all): Step => ({ step: 'follow', slot: 1, branches: all })),
  );
}

const MESSAGES = 40;

/** Compiles so many programs, made up by chance, and holds their messages to those of the reference. */
export async function expectMessagesOfReference(count: number): Promise<void> {
  const programs = fc
    .sample(fc.array(stepOf(2), { maxLength: 12 }), count)
    .map((steps): FieldProgram => ({ text: true, steps: [...SET_SLOTS, ...steps] }));
  for (const [index, make] of (await made(programs)).entries()) {
    const program = programs[index];
    if (program === undefined) throw new Error('there are as many as programs');
    for (const first of [0, 2 ** 32 - MESSAGES / 2, LAST_SEQ - MESSAGES]) {
      for (let seq = first; seq < first + MESSAGES; seq++) {
        const got = Buffer.from(make(index, seq)).toString('latin1');
        const expected = Buffer.from(encodeMessage(program, index, seq)).toString('latin1');
        expect(got, JSON.stringify(program.steps)).toBe(expected);
      }
    }
  }
}
