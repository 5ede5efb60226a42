// Makes inputs out of examples: a few changes each, of bytes, numbers and words.

const NUMBERS = [
  ...['0', '-0', '1', '-1', '126', '127', '128', '255', '256', '65535', '65536', '2147483648', '4294967296'],
  ...[
    '9007199254740991',
    '9007199254740992',
    '18446744073709551616',
    '1e21',
    '1e308',
    '1e999',
    '-1e999',
    '0.1',
    '1e-7',
  ],
  ...[
    '00',
    '01',
    '+1',
    '0x10',
    '1_000',
    '٣',
    'NaN',
    'Infinity',
    '1.',
    '.5',
    '1e',
    '999999999999999999999999999999',
  ],
];
const WORDS = [
  ...[
    '"__proto__":',
    '"constructor":',
    '"toString"',
    '__proto__',
    'null',
    'true',
    '[]',
    '{}',
    '""',
    '[[[[[[[[',
    ',',
    ':',
  ],
  ...[
    '\\u0000',
    '\\ud800',
    '\u0000',
    '\u001b[2J',
    '\r\n',
    '\n',
    '\u2028',
    '\ufeff',
    '\u001e',
    '%00',
    '%',
    '%ff',
    '&',
    '=',
    '?',
    '#',
  ],
].map((word) => Buffer.from(word));
const BROKEN_UTF8 = [
  [0x80],
  [0xc0, 0xaf],
  [0xed, 0xa0, 0x80],
  [0xf4, 0x90, 0x80, 0x80],
  [0xf0, 0x9f],
  [0xff],
].map(Buffer.from);
const BYTES = [
  0x00, 0x01, 0x7d, 0x7e, 0x7f, 0x80, 0x81, 0x82, 0x88, 0x89, 0x8a, 0xfe, 0xff, 0x0a, 0x1e, 0x22, 0x5c,
];
/** How long an input may be, unless a target says otherwise. */
const MOST_BYTES = 4096;

export class Mutator {
  #random;
  #words;
  #mostBytes;

  /**
   * @param {import('../kit/random.mjs').Random} random
   * @param {readonly string[]} words what the decoder knows, besides what any decoder does
   * @param {number} [mostBytes] how long an input may be
   */
  constructor(random, words, mostBytes = MOST_BYTES) {
    this.#mostBytes = mostBytes;
    this.#random = random;
    this.#words = [...WORDS, ...words.map((word) => Buffer.from(word))];
  }

  /** @param {readonly Buffer[]} corpus @returns {Buffer} */
  make(corpus) {
    const random = this.#random;
    let bytes = random.pick(corpus);
    for (let changes = 1 + random.below(random.pick([1, 2, 4, 8])); changes > 0; changes--) {
      bytes = this.#change(bytes, corpus);
      if (bytes.length > this.#mostBytes) bytes = bytes.subarray(0, this.#mostBytes);
    }
    return bytes;
  }

  /** @param {Buffer} bytes @param {readonly Buffer[]} corpus @returns {Buffer} */
  #change(bytes, corpus) {
    const random = this.#random;
    const at = random.below(bytes.length + 1);
    switch (random.below(11)) {
      case 0: {
        if (at === bytes.length) return bytes;
        const changed = Buffer.from(bytes);
        changed[at] ^= 1 << random.below(8);
        return changed;
      }
      case 1: {
        if (at === bytes.length) return bytes;
        const changed = Buffer.from(bytes);
        changed[at] = random.below(2) === 0 ? random.pick(BYTES) : random.below(256);
        return changed;
      }
      case 2:
        return replaced(bytes, at, at, Buffer.of(random.pick(BYTES)));
      case 3:
        return replaced(bytes, at, at + random.pick([1, 1, 2, 4, 8, 64]), Buffer.alloc(0));
      case 4: // a piece twice, or many times
        return replaced(
          bytes,
          at,
          at,
          repeated(bytes.subarray(at, at + 1 + random.below(32)), random.pick([1, 1, 1, 2, 50])),
        );
      case 5:
        return replaced(bytes, at, at, random.pick(this.#words));
      case 6:
        return replaced(bytes, at, at + 1 + random.below(8), random.pick(this.#words));
      case 7:
        return this.#changeNumber(bytes, at);
      case 8:
        return replaced(bytes, at, at, random.pick(BROKEN_UTF8));
      case 9: {
        const other = random.pick(corpus);
        return Buffer.concat([bytes.subarray(0, at), other.subarray(random.below(other.length + 1))]);
      }
      default: // cut, or as it is
        return random.below(4) === 0 ? bytes.subarray(0, at) : bytes;
    }
  }

  /** The first number behind `at` is another. @param {Buffer} bytes @param {number} at */
  #changeNumber(bytes, at) {
    let start = at;
    while (start < bytes.length && !isDigit(bytes[start])) start++;
    let end = start;
    while (end < bytes.length && isDigit(bytes[end])) end++;
    return start === end ? bytes : replaced(bytes, start, end, Buffer.from(this.#random.pick(NUMBERS)));
  }
}

/** @param {number} byte */
function isDigit(byte) {
  return byte >= 0x30 && byte <= 0x39;
}

/** @param {Buffer} bytes @param {number} from @param {number} to @param {Buffer} by */
function replaced(bytes, from, to, by) {
  return Buffer.concat([bytes.subarray(0, from), by, bytes.subarray(to)]);
}

/** @param {Buffer} piece @param {number} times */
function repeated(piece, times) {
  return Buffer.concat(Array(times).fill(piece));
}
