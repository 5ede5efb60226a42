import { pathHash } from '../src/stream/program/splitmix64.ts';
import { digitGroups } from './digit-groups.mjs';

/**
 * Writes a field program down as AssemblyScript: a function that does what the program says (src/stream/program/reference.ts) for
 * one message, in place of an interpreter that does it step by step.
 *
 * @param name of the function, which takes where the entries of its tables are, the key and the seq of the message, and
 *   where to write, and gives the address behind the message. `name` and MAXIMUM_BYTES is the most that it writes.
 * @returns its source, and the texts of all tables one behind the other, a newline behind each
 */
export function programSource(name, { steps }) {
  const writer = new SourceWriter();
  const maximumBytes = writer.steps(steps);
  const { lines, slots, texts } = writer;
  if (texts.some((text) => text.includes('\n'))) throw new Error(`${name}: a newline ends a text of a table`);
  const source = `
export const ${name}MaximumBytes: u32 = ${maximumBytes};
export const ${name}TextCount: u32 = ${texts.length};

export function ${name}(tables: usize, messageKey: u64, seq: u64, payload: usize): usize {
  let out = payload;
  let state = messageKey; // draw k is mix(state + (k + 1) · γ): state moves on by γ a draw
  let fraction: u64 = 0;
  let product: u64 = 0;
  ${[...slots.values()].map((slot) => `let ${slot}: u32 = 0;`).join('\n  ')}
  ${lines.join('\n  ')}
  return out;
}
`;
  return { source, texts: texts.map((text) => `${text}\n`).join('') };
}

/** What every such source has in front. */
export const SOURCE_HEAD = `import { below, GAMMA, mix } from './random';
import { decimal, eightDigitText, isoDate, longEntry, shortEntry, uuid } from './text';
`;

/** Digits of a seq, or of an integer. */
const LONGEST_INTEGER_BYTES = 20;
const UUID_BYTES = 36;
const DATE_BYTES = 10;
/** An entry that is no longer is copied by one instruction. */
const SHORT_ENTRY_BYTES = 16;
const WORD_BYTES = 8;

class SourceWriter {
  lines = [];
  /** Local variables, by the slot's number. */
  slots = new Map();
  texts = [];
  /** Where the entries of each table begin. */
  #tables = new Map();
  #names = 0;

  /** Writes what these steps do; gives the most bytes that they append. */
  steps(steps) {
    return joinTexts(steps).reduce((bytes, step) => bytes + this.#step(step), 0);
  }

  #step(step) {
    switch (step.step) {
      case 'text':
        return this.#bytes(Buffer.from(step.text));
      case 'binary':
        return this.#bytes(Buffer.from(step.bytes));
      case 'seq':
        return this.#append('decimal(out, seq)', LONGEST_INTEGER_BYTES);
      case 'field':
        this.lines.push(`state = mix(messageKey ^ (0x${pathHash(step.path).toString(16)} as u64));`);
        return 0;
      case 'pick':
        return this.#pick([step], '0');
      case 'repeat':
        return this.#entry([step.table], '0', this.#slot(step.slot));
      case 'choose':
        return this.#choose(step.branches);
      case 'follow':
        return this.#follow(step);
      case 'integer':
        return this.#append(`decimal(out, ${this.#draw(step.bound)})`, LONGEST_INTEGER_BYTES);
      case 'digits':
        return this.#digits(step.pattern);
      case 'uuid':
        this.lines.push('state += 2 * GAMMA;');
        return this.#append('uuid(out, mix(state - GAMMA), mix(state))', UUID_BYTES);
      case 'date':
        return this.#append(
          `isoDate(out, ${step.firstDay} + (${this.#draw(step.dayCount)} as i32))`,
          DATE_BYTES,
        );
      default:
        throw new Error(`${step.step} is for programs that are interpreted`);
    }
  }

  /** @returns `bytes` */
  #append(appended, bytes) {
    this.lines.push(`out = ${appended};`);
    return bytes;
  }

  /** Text as numbers within the code: what is too much of the last is written over by what follows. */
  #bytes(bytes) {
    if (bytes.length === 0) return 0;
    for (let at = 0; at < bytes.length; at += WORD_BYTES) {
      const word = Buffer.alloc(WORD_BYTES);
      bytes.copy(word, 0, at);
      this.lines.push(`store<u64>(out, 0x${word.readBigUInt64LE().toString(16)}, ${at});`);
    }
    return this.#append(`out + ${bytes.length}`, bytes.length);
  }

  /** @returns an expression: an integer of [0, bound), from the next draw */
  #draw(bound) {
    const value = this.#name('value');
    this.lines.push('state += GAMMA;', `const ${value} = below(mix(state), ${bound});`);
    return value;
  }

  /** Appends an entry of one of several tables, without a branch; `which` tells the table. */
  #pick(picks, which) {
    const bound = chosen(
      which,
      picks.map(({ table }) => table.length),
    );
    const index = this.#name('index');
    this.lines.push('state += GAMMA;', `const ${index} = below(mix(state), u64(${bound})) as u32;`);
    if (picks[0].slot !== undefined) this.lines.push(`${this.#slot(picks[0].slot)} = ${index};`);
    return this.#entry(
      picks.map(({ table }) => table),
      which,
      index,
    );
  }

  #entry(tables, which, index) {
    const longest = Math.max(...tables.flat().map((text) => Buffer.byteLength(text)), 0);
    const first = chosen(
      which,
      tables.map((table) => this.#table(table)),
    );
    const copied = longest > SHORT_ENTRY_BYTES ? 'longEntry' : 'shortEntry';
    return this.#append(`${copied}(out, tables, u32(${first}) + ${index})`, longest);
  }

  #choose(branches) {
    const slots = new Set(branches.map(({ slot }) => slot));
    if (slots.size > 1)
      throw new Error('the branches of a choice remember which they are in one slot, or none does');
    const [remembered] = slots;
    const value = this.#draw(branches.reduce((sum, { weight }) => sum + weight, 0));
    let weights = 0;
    const limits = branches.map(({ weight }) => {
      weights += weight;
      return weights;
    });
    if (branches.every(({ steps }) => steps.length === 0)) {
      if (remembered === undefined) return 0;
      const passed = limits.slice(0, -1).map((limit) => `u32(${value} >= ${limit})`);
      this.lines.push(`${this.#slot(remembered)} = ${['0', ...passed].join(' + ')};`);
      return 0;
    }
    return this.#branches(
      branches.map(({ steps }, index) => ({
        condition: `${value} < ${limits[index]}`,
        steps,
        first: remembered === undefined ? [] : [`${this.#slot(remembered)} = ${index};`],
      })),
    );
  }

  #follow({ slot, branches }) {
    const name = this.#slot(slot);
    const single = (kind) => branches.every((steps) => steps.length === 1 && steps[0].step === kind);
    const slots = new Set(branches.map(([step]) => step?.slot));
    if (slots.size === 1 && single('pick')) return this.#pick(branches.flat(), name);
    if (slots.size === 1 && single('repeat')) {
      const [[{ slot: index }]] = branches;
      return this.#entry(
        branches.map(([{ table }]) => table),
        name,
        this.#slot(index),
      );
    }
    return this.#branches(
      branches.map((steps, index) => ({ condition: `${name} == ${index}`, steps, first: [] })),
    );
  }

  /** The first branch whose condition holds, or else the last. */
  #branches(branches) {
    let longestBytes = 0;
    for (const [index, { condition, steps, first }] of branches.entries()) {
      const last = index === branches.length - 1;
      const head = last ? '{' : `if (${condition}) {`;
      this.lines.push(index === 0 ? head : `} else ${head}`, ...first);
      longestBytes = Math.max(longestBytes, this.steps(steps));
    }
    this.lines.push('}');
    return longestBytes;
  }

  #digits(pattern) {
    for (const { text, width, choices, lowest, beginsDraw } of digitGroups(pattern)) {
      this.#bytes(Buffer.from(text));
      if (beginsDraw) this.lines.push('state += GAMMA;', 'fraction = mix(state) >> 32;');
      if (width === 0) continue;
      const digits = `eightDigitText(((product >> 32) as u32) + ${lowest}) >> ${8 * (WORD_BYTES - width)}`;
      this.lines.push(`product = fraction * ${choices};`, `store<u64>(out, ${digits});`);
      this.lines.push('fraction = product & 0xffffffff;');
      this.#append(`out + ${width}`, width);
    }
    return Buffer.byteLength(pattern);
  }

  #table(entries) {
    const key = entries.join('\n');
    const first = this.#tables.get(key) ?? this.texts.push(...entries) - entries.length;
    this.#tables.set(key, first);
    return first;
  }

  #slot(slot) {
    const name = this.slots.get(slot) ?? `slot${slot}`;
    this.slots.set(slot, name);
    return name;
  }

  #name(of) {
    return `${of}${this.#names++}`;
  }
}

/** An expression: the value at place `which`, or the last. */
function chosen(which, values) {
  return values.reduceRight((rest, value, index) => `(${which} == ${index} ? ${value} : ${rest})`);
}

/** Joins texts that follow each other, also across the border of a field, which appends nothing. */
function joinTexts(steps) {
  const joined = [];
  for (const step of steps) {
    const fields =
      step.step === 'text'
        ? joined.splice(joined.findLastIndex(({ step: kind }) => kind !== 'field') + 1)
        : [];
    const last = joined.at(-1);
    if (step.step === 'text' && last?.step === 'text') {
      joined[joined.length - 1] = { step: 'text', text: last.text + step.text };
    } else joined.push(step);
    joined.push(...fields);
  }
  return joined;
}
