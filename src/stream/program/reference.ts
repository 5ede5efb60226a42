import { fixedPoint, sample, unitsPerOne } from './distribution.ts';
import { DIGITS_PER_DRAW, type Dtype, type FieldProgram, LOWEST_DIGITS, type Step } from './field-program.ts';
import { Draws, fieldKey, messageKey } from './splitmix64.ts';

/**
 * The definition of every byte of every message, in plain TypeScript: slow, obvious, the oracle that any faster encoder
 * must equal. A message is a function of (program, seed, seq) and of nothing else. Of a secret seed, only the message's
 * key is known here.
 */
export function encodeMessage(
  program: FieldProgram,
  seed: number | { key: bigint },
  seq: number,
): Uint8Array {
  const message = new Message(typeof seed === 'number' ? messageKey(seed, seq) : seed.key, seq);
  message.run(program.steps);
  return message.bytes();
}

const FILL_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const FILL_CHARACTERS_PER_DRAW = 10;

class Message {
  readonly #seq: number;
  readonly #key: bigint;
  readonly #parts: Uint8Array[] = [];
  readonly #slots: number[] = [];
  #text = '';
  #draws: Draws;

  constructor(key: bigint, seq: number) {
    this.#seq = seq;
    this.#key = key;
    this.#draws = new Draws(this.#key);
  }

  run(steps: readonly Step[]): void {
    for (const step of steps) this.#runStep(step);
  }

  bytes(): Uint8Array {
    this.#endText();
    const bytes = new Uint8Array(this.#parts.reduce((sum, part) => sum + part.length, 0));
    let offset = 0;
    for (const part of this.#parts) {
      bytes.set(part, offset);
      offset += part.length;
    }
    return bytes;
  }

  #runStep(step: Step): void {
    switch (step.step) {
      case 'text':
        this.#text += step.text;
        break;
      case 'binary':
        this.#endText();
        this.#parts.push(step.bytes);
        break;
      case 'seq':
        this.#text += this.#seq;
        break;
      case 'field':
        this.#draws = new Draws(fieldKey(this.#key, step.path));
        break;
      case 'pick': {
        const index = this.#draws.below(step.table.length);
        if (step.slot !== undefined) this.#slots[step.slot] = index;
        this.#text += step.table[index];
        break;
      }
      case 'repeat':
        this.#text += step.table[this.#slot(step.slot)];
        break;
      case 'choose':
        this.#choose(step);
        break;
      case 'follow':
        this.run(step.branches[this.#slot(step.slot)] ?? []);
        break;
      case 'integer':
        this.#text += this.#draws.below(step.bound);
        break;
      case 'digits':
        this.#text += digits(step.pattern, this.#draws);
        break;
      case 'uuid':
        this.#text += uuid(this.#draws);
        break;
      case 'date':
        this.#text += isoDate(step.firstDay + this.#draws.below(step.dayCount));
        break;
      case 'numbers':
        this.#numbers(step);
        break;
      case 'fill':
        this.#fill(step.untilBytes);
        break;
    }
  }

  #slot(slot: number): number {
    const index = this.#slots[slot];
    if (index === undefined) throw new Error(`slot ${slot} is read before it is set`);
    return index;
  }

  #choose(step: Step & { step: 'choose' }): void {
    let left = this.#draws.below(step.branches.reduce((sum, branch) => sum + branch.weight, 0));
    for (const [index, branch] of step.branches.entries()) {
      left -= branch.weight;
      if (left >= 0) continue;
      if (branch.slot !== undefined) this.#slots[branch.slot] = index;
      this.run(branch.steps);
      return;
    }
  }

  #numbers(step: Step & { step: 'numbers' }): void {
    const { distribution, count } = step;
    const values = Array.from({ length: count }, () => sample(distribution, this.#draws));
    if (step.as === 'json') {
      this.#text += values.map((n) => fixedPoint(n, distribution.decimals)).join(',');
    } else {
      this.#endText();
      this.#parts.push(littleEndian(values, unitsPerOne(distribution.decimals), step.as));
    }
  }

  #fill(untilBytes: number): void {
    this.#endText();
    let left = untilBytes - this.#parts.reduce((sum, part) => sum + part.length, 0);
    while (left > 0) {
      let bits = this.#draws.next();
      for (let used = 0; used < FILL_CHARACTERS_PER_DRAW && left > 0; used++, left--) {
        this.#text += FILL_ALPHABET[Number(bits & 63n)];
        bits >>= 6n;
      }
    }
  }

  #endText(): void {
    if (this.#text === '') return;
    this.#parts.push(new TextEncoder().encode(this.#text));
    this.#text = '';
  }
}

/** Each digit is the integer part of the draw's 32-bit fraction times the number of choices; the rest goes on. */
function digits(pattern: string, draws: Draws): string {
  let made = '';
  let count = 0;
  let fraction = 0n;
  for (const character of pattern) {
    const lowest = LOWEST_DIGITS[character];
    if (lowest === undefined) {
      made += character;
      continue;
    }
    if (count++ % DIGITS_PER_DRAW === 0) fraction = BigInt(draws.nextUint32());
    const product = fraction * BigInt(10 - lowest);
    made += lowest + Number(product >> 32n);
    fraction = product & 0xffffffffn;
  }
  return made;
}

function uuid(draws: Draws): string {
  const high = (draws.next() & ~0xf000n) | 0x4000n;
  const low = (draws.next() & ~(0xc0n << 56n)) | (0x80n << 56n);
  const hex = `${high.toString(16).padStart(16, '0')}${low.toString(16).padStart(16, '0')}`;
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/**
 * YYYY-MM-DD of a day of the proleptic Gregorian calendar, counted from 1970-01-01. Years are counted from March,
 * so that a leap day is the last of its year; days are counted from 0000-03-01 (Hinnant, "chrono-Compatible
 * Low-Level Date Algorithms").
 */
function isoDate(day: number): string {
  const shifted = day + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const dayOfMonth = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1;
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  const pad = (value: number, width: number) => String(value).padStart(width, '0');
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(dayOfMonth, 2)}`;
}

/** Writes n / unit for each n; floats are rounded to the dtype as IEEE 754 says. */
function littleEndian(values: readonly number[], unit: number, dtype: Dtype): Uint8Array {
  const sizeBytes = Number(/\d+$/.exec(dtype)?.[0]) / 8;
  const bytes = new Uint8Array(values.length * sizeBytes);
  const view = new DataView(bytes.buffer);
  for (const [index, n] of values.entries()) writeNumber(view, index * sizeBytes, n / unit, dtype);
  return bytes;
}

function writeNumber(view: DataView, offset: number, value: number, dtype: Dtype): void {
  switch (dtype) {
    case 'int8':
      return view.setInt8(offset, value);
    case 'int16':
      return view.setInt16(offset, value, true);
    case 'int32':
      return view.setInt32(offset, value, true);
    case 'uint8':
      return view.setUint8(offset, value);
    case 'uint16':
      return view.setUint16(offset, value, true);
    case 'uint32':
      return view.setUint32(offset, value, true);
    case 'float32':
      return view.setFloat32(offset, value, true);
    case 'float64':
      return view.setFloat64(offset, value, true);
  }
}
