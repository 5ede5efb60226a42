import { digitGroups } from './digit-groups.ts';
import { unitsPerOne } from './distribution.ts';
import type { FieldProgram, Step } from './field-program.ts';
import {
  CHOOSE,
  DATE,
  DIGITS,
  END,
  EXPONENTIAL,
  FIELD,
  FILL,
  FLOAT32,
  FLOAT64,
  FOLLOW,
  INT8,
  INT16,
  INT32,
  INTEGER,
  JSON_TEXT,
  JUMP,
  NORMAL,
  NUMBERS,
  PICK,
  PICK_OF,
  REPEAT,
  SEQ,
  TEXT,
  UINT8,
  UINT16,
  UINT32,
  UNIFORM,
  UUID,
} from './opcodes.ts';
import { pathHash } from './splitmix64.ts';
import { evenPatterns, isPlainDraw, joinTexts, singlePicks, takesText } from './step-shapes.ts';

/** A field program as the encoder's memory holds it, from a base address on. */
export interface EncoderProgram {
  readonly bytes: Uint8Array;
  /** Where its first word is, counted from the base. */
  readonly entryOffset: number;
  /** No message of it is longer. */
  readonly maximumBytes: number;
}

type Choose = Step & { step: 'choose' };
type Follow = Step & { step: 'follow' };

const SHAPES = { uniform: UNIFORM, normal: NORMAL, exponential: EXPONENTIAL } as const;
const FORMATS = {
  json: JSON_TEXT,
  int8: INT8,
  int16: INT16,
  int32: INT32,
  uint8: UINT8,
  uint16: UINT16,
  uint32: UINT32,
  float32: FLOAT32,
  float64: FLOAT64,
} as const;

/** Digits of a seq, or of an integer part: at most 2^64. */
const LONGEST_INTEGER_BYTES = 20;
const UUID_BYTES = 36;
const DATE_BYTES = 10;
/** The encoder copies 32 bytes of a text at once, and so reads some behind it. */
const PADDING_BYTES = 32;
const WORD_BYTES = 4;
const UNREAD_SLOT = -1;

/** Lays a field program out for the encoder's memory: first what it refers to, then its words. */
export function compileProgram(program: FieldProgram, base: number): EncoderProgram {
  const writer = new Writer(base);
  const maximumBytes = writer.steps(program.steps);
  writer.word(END);
  return { ...writer.finish(), maximumBytes };
}

class Writer {
  readonly #base: number;
  readonly #words: number[] = [];
  readonly #data: Uint8Array[] = [];
  readonly #texts = new Map<string, { address: number; length: number }>();
  readonly #slots = new Map<number, number>();
  readonly #tables = new Map<readonly string[], number>();
  #dataBytes = 0;

  constructor(base: number) {
    this.#base = base;
  }

  word(...values: number[]): void {
    this.#words.push(...values);
  }

  finish(): { bytes: Uint8Array; entryOffset: number } {
    const bytes = new Uint8Array(this.#dataBytes + this.#words.length * WORD_BYTES + PADDING_BYTES);
    let offset = 0;
    for (const chunk of this.#data) {
      bytes.set(chunk, offset);
      offset += chunk.length;
    }
    bytes.set(wordBytes(this.#words), offset);
    return { bytes, entryOffset: offset };
  }

  /** Writes the words of these steps; gives the most bytes that they append. */
  steps(steps: readonly Step[]): number {
    let bytes = 0;
    const left = joinTexts(steps);
    for (let step = left.shift(); step !== undefined; step = left.shift()) {
      const next = left[0];
      const tail = next?.step === 'text' && takesText(step) ? next.text : undefined;
      if (tail !== undefined) left.shift();
      bytes += this.#step(step, tail ?? '');
    }
    return bytes;
  }

  /** @param tail text that is appended at the end, for a step that takes it */
  #step(step: Step, tail: string): number {
    switch (step.step) {
      case 'text':
        this.word(TEXT);
        return this.#tail(step.text);
      case 'binary':
        this.word(TEXT, this.#place(step.bytes), step.bytes.length);
        return step.bytes.length;
      case 'seq':
        this.word(SEQ);
        return LONGEST_INTEGER_BYTES + this.#tail(tail);
      case 'field':
        this.word(FIELD);
        this.#word64(pathHash(step.path));
        return 0;
      case 'pick':
        this.word(PICK, this.#table(step.table), step.table.length, this.#slot(step.slot));
        return this.#longest(step.table) + this.#tail(tail);
      case 'repeat':
        this.word(REPEAT, this.#table(step.table), this.#slot(step.slot));
        return this.#longest(step.table) + this.#tail(tail);
      case 'choose':
        return this.#choose(step, tail);
      case 'follow':
        return this.#follow(step, tail);
      case 'integer':
        this.word(INTEGER);
        this.#word64(BigInt(step.bound));
        return LONGEST_INTEGER_BYTES + this.#tail(tail);
      case 'digits':
        return this.#digits([step.pattern], tail);
      case 'uuid':
        this.word(UUID);
        return UUID_BYTES + this.#tail(tail);
      case 'date':
        this.word(DATE, step.firstDay, step.dayCount);
        return DATE_BYTES + this.#tail(tail);
      case 'numbers':
        return this.#numbers(step);
      case 'fill':
        this.word(FILL, step.untilBytes);
        return step.untilBytes;
    }
  }

  #choose({ branches }: Choose, tail: string): number {
    const patterns = evenPatterns(branches);
    if (patterns !== undefined) return this.#digits(patterns, tail);
    const slots = new Set(branches.map(({ slot }) => slot));
    if (slots.size > 1)
      throw new Error('the branches of a choice remember which they are in one slot, or none does');
    const slot = this.#slot([...slots][0]);
    if (isPlainDraw(branches)) {
      const nothing = branches.map(() => '');
      this.word(PICK, this.#table(nothing), nothing.length, slot);
      return this.#tail(tail);
    }
    const start = this.#words.length;
    const sum = branches.reduce((total, { weight }) => total + weight, 0);
    this.word(CHOOSE, slot, sum, branches.length);
    let weights = 0;
    for (const { weight } of branches) {
      weights += weight;
      this.word(weights);
    }
    const distances = branches.map(() => this.#words.push(0) - 1);
    const bodies = branches.map(({ steps }) => steps);
    return this.#bodies(start, distances, bodies);
  }

  /** Patterns of digits, one of which is chosen evenly. */
  #digits(patterns: readonly string[], tail: string): number {
    let longestBytes = 0;
    const table = patterns.map((pattern) => {
      const groups = digitGroups(pattern);
      const words = groups.map(({ text, width, choices, lowest, beginsDraw }) => {
        const { address, length } = this.#text(text);
        return [address, length, width, choices, lowest, Number(beginsDraw)];
      });
      longestBytes = Math.max(longestBytes, new TextEncoder().encode(pattern).length);
      const draws = groups.filter(({ beginsDraw }) => beginsDraw).length;
      return [this.#place(wordBytes(words.flat())), groups.length, draws];
    });
    this.word(DIGITS, this.#place(wordBytes(table.flat())), patterns.length);
    return longestBytes + this.#tail(tail);
  }

  #follow({ slot, branches }: Follow, tail: string): number {
    const start = this.#words.length;
    const picks = singlePicks(branches);
    if (picks === undefined) {
      this.word(FOLLOW, this.#slot(slot));
      const distances = branches.map(() => this.#words.push(0) - 1);
      return this.#bodies(start, distances, branches);
    }
    this.word(PICK_OF, this.#slot(slot), this.#slot(picks[0]?.slot));
    const tailBytes = this.#tail(tail);
    this.word((this.#words.length + 1 + 2 * picks.length - start) * WORD_BYTES);
    for (const { table } of picks) this.word(this.#table(table), table.length);
    return Math.max(...picks.map(({ table }) => this.#longest(table))) + tailBytes;
  }

  /** Writes the branches of the operation at `start`, and how far each is into the words that wait for it. */
  #bodies(start: number, distances: readonly number[], branches: readonly (readonly Step[])[]): number {
    const jumps: number[] = [];
    let longestBytes = 0;
    for (const [index, steps] of branches.entries()) {
      this.#words[distances[index] ?? 0] = (this.#words.length - start) * WORD_BYTES;
      longestBytes = Math.max(longestBytes, this.steps(steps));
      if (index + 1 === branches.length) break; // the last goes on by itself
      jumps.push(this.#words.length);
      this.word(JUMP, 0);
    }
    for (const jump of jumps) this.#words[jump + 1] = (this.#words.length - jump) * WORD_BYTES;
    return longestBytes;
  }

  #numbers({ distribution, count, as }: Step & { step: 'numbers' }): number {
    const { shape, decimals } = distribution;
    const { minimum, range } = shape === 'uniform' ? distribution : { minimum: 0, range: 0 };
    this.word(NUMBERS, SHAPES[shape]);
    for (const value of [minimum, range, unitsPerOne(decimals)]) this.#double(value);
    this.word(decimals, FORMATS[as], count);
    return count * (LONGEST_INTEGER_BYTES + decimals + '-.,'.length);
  }

  /** The operands for text that is appended at the end; gives its size. */
  #tail(content: string): number {
    const { address, length } = this.#text(content);
    this.word(address, length);
    return length;
  }

  #text(content: string): { address: number; length: number } {
    const known = this.#texts.get(content);
    if (known !== undefined) return known;
    const bytes = new TextEncoder().encode(content);
    const text = { address: this.#place(bytes), length: bytes.length };
    this.#texts.set(content, text);
    return text;
  }

  /** An address and a length for each entry. */
  #table(entries: readonly string[]): number {
    const known = this.#tables.get(entries);
    if (known !== undefined) return known;
    const index = entries.map((content) => {
      const { address, length } = this.#text(content);
      return [address, length];
    });
    const address = this.#place(wordBytes(index.flat()));
    this.#tables.set(entries, address);
    return address;
  }

  #longest(entries: readonly string[]): number {
    return entries.reduce((longest, entry) => Math.max(longest, this.#text(entry).length), 0);
  }

  /** Where the index is remembered; what nobody asks for goes to a place of its own. */
  #slot(slot: number | undefined): number {
    const key = slot ?? UNREAD_SLOT;
    const address = this.#slots.get(key) ?? this.#place(new Uint8Array(WORD_BYTES));
    this.#slots.set(key, address);
    return address;
  }

  #place(bytes: Uint8Array): number {
    const address = this.#base + this.#dataBytes;
    this.#data.push(bytes);
    this.#dataBytes += bytes.length;
    return address;
  }

  #word64(value: bigint): void {
    this.word(Number(value & 0xffffffffn), Number(value >> 32n));
  }

  #double(value: number): void {
    const view = new DataView(new ArrayBuffer(8));
    view.setFloat64(0, value, true);
    this.word(view.getUint32(0, true), view.getUint32(4, true));
  }
}

function wordBytes(words: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(words.length * WORD_BYTES);
  const view = new DataView(bytes.buffer);
  for (const [index, word] of words.entries()) view.setUint32(index * WORD_BYTES, word, true);
  return bytes;
}
