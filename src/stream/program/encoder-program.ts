import { unitsPerOne } from './distribution.ts';
import type { InterpretedProgram, InterpretedStep } from './field-program.ts';
import {
  END,
  EXPONENTIAL,
  FIELD,
  FILL,
  FLOAT32,
  FLOAT64,
  INT8,
  INT16,
  INT32,
  JSON_TEXT,
  NORMAL,
  NUMBERS,
  SEQ,
  TEXT,
  UINT8,
  UINT16,
  UINT32,
  UNIFORM,
} from './opcodes.ts';
import { pathHash } from './splitmix64.ts';

/** A field program as it lies in the encoder's memory, from a base address on. */
interface EncoderProgram {
  readonly bytes: Uint8Array;
  /** Offset of its first word from the base. */
  readonly entryOffset: number;
  /** The length of its longest message. */
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

/** Digits of a seq, or of a number's integer part: at most 2^64. */
const LONGEST_INTEGER_BYTES = 20;
/** The encoder copies text 32 bytes at a time, and so reads past its end. */
const PADDING_BYTES = 32;
const WORD_BYTES = 4;

/** Lays a field program out in the encoder's memory: the data it refers to, then its words. */
export function compileProgram(program: InterpretedProgram, base: number): EncoderProgram {
  const writer = new Writer(base);
  const maximumBytes = program.steps.reduce((bytes, step) => bytes + writer.step(step), 0);
  return { ...writer.finish(), maximumBytes };
}

class Writer {
  readonly #base: number;
  readonly #words: number[] = [];
  readonly #data: Uint8Array[] = [];
  #dataBytes = 0;

  constructor(base: number) {
    this.#base = base;
  }

  finish(): { bytes: Uint8Array; entryOffset: number } {
    this.#word(END);
    const bytes = new Uint8Array(this.#dataBytes + this.#words.length * WORD_BYTES + PADDING_BYTES);
    let offset = 0;
    for (const chunk of this.#data) {
      bytes.set(chunk, offset);
      offset += chunk.length;
    }
    const view = new DataView(bytes.buffer, offset);
    for (const [index, word] of this.#words.entries()) view.setUint32(index * WORD_BYTES, word, true);
    return { bytes, entryOffset: offset };
  }

  /** Writes a step's words; returns the most bytes that the step can append. */
  step(step: InterpretedStep): number {
    switch (step.step) {
      case 'text':
        return this.#bytes(new TextEncoder().encode(step.text));
      case 'binary':
        return this.#bytes(step.bytes);
      case 'seq':
        this.#word(SEQ);
        return LONGEST_INTEGER_BYTES;
      case 'field':
        this.#word(FIELD);
        this.#word64(pathHash(step.path));
        return 0;
      case 'numbers':
        return this.#numbers(step);
      case 'fill':
        this.#word(FILL, step.untilBytes);
        return step.untilBytes;
    }
  }

  #bytes(bytes: Uint8Array): number {
    this.#word(TEXT, this.#base + this.#dataBytes, bytes.length);
    this.#data.push(bytes);
    this.#dataBytes += bytes.length;
    return bytes.length;
  }

  #numbers({ distribution, count, as }: InterpretedStep & { step: 'numbers' }): number {
    const { shape, decimals } = distribution;
    const { minimum, range } = shape === 'uniform' ? distribution : { minimum: 0, range: 0 };
    this.#word(NUMBERS, SHAPES[shape]);
    for (const value of [minimum, range, unitsPerOne(decimals)]) this.#double(value);
    this.#word(decimals, FORMATS[as], count);
    return count * (LONGEST_INTEGER_BYTES + decimals + '-.,'.length);
  }

  #word(...values: number[]): void {
    this.#words.push(...values);
  }

  #word64(value: bigint): void {
    this.#word(Number(value & 0xffffffffn), Number(value >> 32n));
  }

  #double(value: number): void {
    const view = new DataView(new ArrayBuffer(8));
    view.setFloat64(0, value, true);
    this.#word(view.getUint32(0, true), view.getUint32(4, true));
  }
}
