import { unitsPerOne } from './distribution.ts';
import {
  type Branch,
  DIGITS_PER_DRAW,
  type FieldProgram,
  LOWEST_DIGITS,
  type Step,
} from './field-program.ts';
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
  NEW_DRAW,
  NORMAL,
  NUMBERS,
  PICK,
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

/** A field program as the encoder's memory holds it, from a base address on. */
export interface EncoderProgram {
  readonly bytes: Uint8Array;
  /** Where its first word is, counted from the base. */
  readonly entryOffset: number;
  /** No message of it is longer. */
  readonly maximumBytes: number;
}

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
/** The encoder copies text by sixteen bytes, and so reads some behind it. */
const PADDING_BYTES = 32;
const WORD_BYTES = 4;
const ZERO = 0x30;
const UNREAD_SLOT = -1;

/** Lays a field program out for the encoder's memory: first what it refers to, then its words. */
export function compileProgram(program: FieldProgram, base: number): EncoderProgram {
  const writer = new Writer(base);
  const maximumBytes = writer.steps(joinTexts(program.steps));
  writer.word(END);
  return { ...writer.finish(), maximumBytes };
}

/** Joins texts that follow each other, also across the border of a field, which appends nothing. */
function joinTexts(steps: readonly Step[]): Step[] {
  const joined: Step[] = [];
  for (const step of steps) {
    const last = joined.at(-1);
    if (step.step === 'field' && last?.step === 'text') joined.splice(-1, 0, step);
    else if (step.step === 'text' && last?.step === 'text') {
      joined[joined.length - 1] = { step: 'text', text: last.text + step.text };
    } else joined.push(step);
  }
  return joined;
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
    return steps.reduce((sum, step) => sum + this.#step(step), 0);
  }

  #step(step: Step): number {
    switch (step.step) {
      case 'text': {
        const { address, length } = this.#text(step.text);
        this.word(TEXT, address, length);
        return length;
      }
      case 'binary':
        this.word(TEXT, this.#place(step.bytes), step.bytes.length);
        return step.bytes.length;
      case 'seq':
        this.word(SEQ);
        return LONGEST_INTEGER_BYTES;
      case 'field':
        this.word(FIELD);
        this.#word64(pathHash(step.path));
        return 0;
      case 'pick':
        this.word(PICK, this.#table(step.table), step.table.length, this.#slot(step.slot));
        return this.#longest(step.table);
      case 'repeat':
        this.word(REPEAT, this.#table(step.table), this.#slot(step.slot));
        return this.#longest(step.table);
      case 'choose':
        return this.#choose(step);
      case 'follow':
        return this.#follow(step);
      case 'integer':
        this.word(INTEGER);
        this.#word64(BigInt(step.bound));
        return LONGEST_INTEGER_BYTES;
      case 'digits':
        return this.#digits([step.pattern]);
      case 'uuid':
        this.word(UUID);
        return UUID_BYTES;
      case 'date':
        this.word(DATE, step.firstDay, step.dayCount);
        return DATE_BYTES;
      case 'numbers':
        return this.#numbers(step);
      case 'fill':
        this.word(FILL, step.untilBytes);
        return step.untilBytes;
    }
  }

  #choose({ branches }: Step & { step: 'choose' }): number {
    const patterns = evenPatterns(branches);
    if (patterns !== undefined) return this.#digits(patterns);
    const slots = new Set(branches.map(({ slot }) => slot));
    if (slots.size > 1)
      throw new Error('the branches of a choice remember which they are in one slot, or none does');
    const start = this.#words.length;
    const sum = branches.reduce((total, { weight }) => total + weight, 0);
    this.word(CHOOSE, this.#slot([...slots][0]), sum);
    let weights = 0;
    const distances = branches.map(({ weight }) => {
      weights += weight;
      this.word(weights, 0);
      return this.#words.length - 1;
    });
    return this.#bodies(
      start,
      distances,
      branches.map(({ steps }) => steps),
    );
  }

  /** Patterns of digits, one of which is chosen evenly. */
  #digits(patterns: readonly string[]): number {
    const compiled = patterns.map(compilePattern);
    const table = compiled.map(({ bytes, draws }) => [this.#place(bytes), bytes.length / 2, draws]);
    this.word(DIGITS, this.#place(wordBytes(table.flat())), patterns.length);
    return compiled.reduce((longest, { bytes }) => Math.max(longest, bytes.length / 2), 0);
  }

  #follow({ slot, branches }: Step & { step: 'follow' }): number {
    const start = this.#words.length;
    this.word(FOLLOW, this.#slot(slot));
    const distances = branches.map(() => this.#words.push(0) - 1);
    return this.#bodies(start, distances, branches);
  }

  /** Writes the branches of the operation at `start`, and how far each is into the words that wait for it. */
  #bodies(start: number, distances: readonly number[], branches: readonly (readonly Step[])[]): number {
    const jumps: number[] = [];
    let longestBytes = 0;
    for (const [index, steps] of branches.entries()) {
      this.#words[distances[index] ?? 0] = (this.#words.length - start) * WORD_BYTES;
      longestBytes = Math.max(longestBytes, this.steps(steps));
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

/** The patterns of a choice among nothing but digits, all with one weight and none remembered. */
function evenPatterns(branches: readonly Branch[]): string[] | undefined {
  const patterns = branches.map(({ weight, slot, steps: [step, ...more] }) => {
    const plain = weight === 1 && slot === undefined && step?.step === 'digits' && more.length === 0;
    return plain ? step.pattern : undefined;
  });
  return patterns.length > 1 && patterns.every((pattern) => pattern !== undefined) ? patterns : undefined;
}

/** Two bytes a character: see `digits` of the encoder. */
function compilePattern(pattern: string): { bytes: Uint8Array; draws: number } {
  let digitCount = 0;
  const characters = Array.from(new TextEncoder().encode(pattern), (character) => {
    const lowest = LOWEST_DIGITS[String.fromCharCode(character)];
    if (lowest === undefined) return [character, 1];
    const newDraw = digitCount++ % DIGITS_PER_DRAW === 0 ? NEW_DRAW : 0;
    return [ZERO + lowest, 10 - lowest + newDraw];
  });
  return { bytes: Uint8Array.from(characters.flat()), draws: Math.ceil(digitCount / DIGITS_PER_DRAW) };
}

function wordBytes(words: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(words.length * WORD_BYTES);
  const view = new DataView(bytes.buffer);
  for (const [index, word] of words.entries()) view.setUint32(index * WORD_BYTES, word, true);
  return bytes;
}
