import { GAMMA, mix } from './random';

/**
 * Appends text. Each function writes at `out` and gives the address behind what it wrote. Up to COPY_OVERRUN_BYTES
 * behind it may be overwritten as well, which is faster than to stop exactly: whatever comes next goes there.
 */

/** Behind a text of one byte, the worst. */
export const COPY_OVERRUN_BYTES: usize = 31;

/** Copies 32 bytes at once, since most texts are shorter; the source too must have as much to read behind its end. */
// @ts-ignore: decorator
@inline
export function copy(out: usize, from: usize, size: usize): usize {
  v128.store(out, v128.load(from));
  v128.store(out, v128.load(from, 16), 16);
  for (let done: usize = 32; done < size; done += 16) v128.store(out + done, v128.load(from + done));
  return out + size;
}

/**
 * Writes an index of `count` texts, which lie one behind the other from `texts` on with a newline behind each: an address
 * and a length for each entry, eight bytes in all.
 */
export function indexTexts(texts: usize, count: u32, entries: usize): void {
  let at = texts;
  for (let entry = entries; entry < entries + ((count as usize) << 3); entry += 8) {
    const start = at;
    while (load<u8>(at) != 10) at++;
    store<u32>(entry, start as u32);
    store<u32>(entry, (at - start) as u32, 4);
    at++;
  }
}

/** Appends entry `index`, of at most sixteen bytes. */
// @ts-ignore: decorator
@inline
export function shortEntry(out: usize, entries: usize, index: u32): usize {
  const entry = entries + ((index as usize) << 3);
  v128.store(out, v128.load(load<u32>(entry)));
  return out + load<u32>(entry, 4);
}

/** Appends entry `index`. */
// @ts-ignore: decorator
@inline
export function longEntry(out: usize, entries: usize, index: u32): usize {
  const entry = entries + ((index as usize) << 3);
  return copy(out, load<u32>(entry), load<u32>(entry, 4));
}

// Two decimal digits for each of 0 to 99.
const PAIRS: usize = memory.data(200, 2);

export function makePairs(): void {
  for (let n: u32 = 0; n < 100; n++) store<u16>(PAIRS + n * 2, ((48 + (n % 10)) << 8) | (48 + n / 10));
}

// @ts-ignore: decorator
@inline
function pair(out: usize, n: u32): void {
  store<u16>(out, load<u16>(PAIRS + n * 2));
}

// @ts-ignore: decorator
@inline
function fourDigits(out: usize, n: u32): void {
  pair(out, n / 100);
  pair(out + 2, n % 100);
}

/** At most eight digits, without leading zeros. */
function shortDecimal(out: usize, n: u32): usize {
  if (n < 100) {
    if (n < 10) {
      store<u8>(out, 48 + n);
      return out + 1;
    }
    pair(out, n);
    return out + 2;
  }
  if (n < 10000) {
    const high = n / 100;
    const low = n % 100;
    if (high < 10) {
      store<u8>(out, 48 + high);
      pair(out + 1, low);
      return out + 3;
    }
    pair(out, high);
    pair(out + 2, low);
    return out + 4;
  }
  const next = shortDecimal(out, n / 10000);
  fourDigits(next, n % 10000);
  return next + 4;
}

/** An integer without sign, in decimal. */
export function decimal(out: usize, n: u64): usize {
  if (n < 100000000) return shortDecimal(out, n as u32);
  const next = decimal(out, n / 100000000);
  store<u64>(next, eightDigitText((n % 100000000) as u32));
  return next + 8;
}

/** The last `width` decimal digits of n, zeros in front. */
// @ts-ignore: decorator
@inline
function padded(out: usize, n: u64, width: usize): usize {
  let at = out + width;
  let left = n;
  while (at >= out + 2) {
    at -= 2;
    pair(at, (left % 100) as u32);
    left /= 100;
  }
  if (at > out) store<u8>(out, 48 + ((left % 10) as u8));
  return out + width;
}

/** n / unit with exactly that many decimals; unit is 10^decimals. */
export function fixedPoint(out: usize, n: i64, unit: u64, decimals: usize): usize {
  let next = out;
  let magnitude = n as u64;
  if (n < 0) {
    store<u8>(next++, 45);
    magnitude = 0 - magnitude;
  }
  if (decimals == 0) return decimal(next, magnitude);
  const whole = magnitude / unit;
  next = decimal(next, whole);
  store<u8>(next++, 46);
  return padded(next, magnitude - whole * unit, decimals);
}

/**
 * Eight decimal digits of n as text, the first in the lowest byte: by pairs of four, of two and of one digit at a
 * time within one register. x / 100 is x · 10486 >> 20 below 10,000, and x / 10 is x · 103 >> 10 below 100.
 */
// @ts-ignore: decorator
@inline
export function eightDigitText(n: u32): u64 {
  const high = n / 10000;
  let x = (high as u64) | (((n - high * 10000) as u64) << 32);
  let tens = ((x * 10486) >> 20) & 0x0000007f0000007f;
  x = tens | ((x - 100 * tens) << 16);
  tens = ((x * 103) >> 10) & 0x000f000f000f000f;
  x = tens | ((x - 10 * tens) << 8);
  return x + 0x3030303030303030;
}

/** A version 4 UUID (RFC 9562) from two draws. */
export function uuid(out: usize, first: u64, second: u64): usize {
  const high = (first & ~(0xf000 as u64)) | 0x4000;
  const low = (second & ~((0xc0 as u64) << 56)) | ((0x80 as u64) << 56);
  const bytes = i64x2(bswap(high) as i64, bswap(low) as i64);
  const upper = v128.and(v128.shr<u16>(bytes, 4), i8x16.splat(0x0f));
  const lower = v128.and(bytes, i8x16.splat(0x0f));
  const hex = i8x16(48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 97, 98, 99, 100, 101, 102);
  const front = v128.swizzle(hex, v128.shuffle<u8>(upper, lower, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23));
  const back = v128.swizzle(hex, v128.shuffle<u8>(upper, lower, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31));
  const dash: u8 = 45;
  v128.store(out, front);
  store<u8>(out, dash, 8);
  store<u32>(out, v128.extract_lane<u32>(front, 2), 9);
  store<u8>(out, dash, 13);
  store<u32>(out, v128.extract_lane<u32>(front, 3), 14);
  store<u8>(out, dash, 18);
  store<u32>(out, v128.extract_lane<u32>(back, 0), 19);
  store<u8>(out, dash, 23);
  store<u32>(out, v128.extract_lane<u32>(back, 1), 24);
  store<u64>(out, v128.extract_lane<u64>(back, 1), 28);
  return out + 36;
}

/** YYYY-MM-DD, as `isoDate` of src/stream/program/reference.ts, from the year 0000 on. */
export function isoDate(out: usize, day: i32): usize {
  const shifted = (day + 719468) as u32;
  const era = shifted / 146097;
  const dayOfEra = shifted - era * 146097;
  const yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146096) / 365;
  const dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
  const monthFromMarch = (5 * dayOfYear + 2) / 153;
  const dayOfMonth = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1;
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  fourDigits(out, year);
  store<u8>(out, 45, 4);
  pair(out + 5, month);
  store<u8>(out, 45, 7);
  pair(out + 8, dayOfMonth);
  return out + 10;
}

const CHARACTERS_PER_DRAW: usize = 10;

/** Spreads 48 bits to eight bytes of six bits, the lowest first. */
// @ts-ignore: decorator
@inline
function spread(bits: u64): u64 {
  let x = (bits & 0xffffff) | ((bits & 0xffffff000000) << 8);
  x = (x & 0x00000fff00000fff) | ((x & 0x00fff00000fff000) << 4);
  return (x & 0x003f003f003f003f) | ((x & 0x0fc00fc00fc00fc0) << 2);
}

/** Sixteen six-bit values to characters of the base64url alphabet (RFC 4648, section 5): adds what its range needs. */
// @ts-ignore: decorator
@inline
function base64url(values: v128): v128 {
  // 0: a-z; 1 to 10: digits; 11: minus; 12: underscore; 13: A-Z.
  const offsets = i8x16(71, -4, -4, -4, -4, -4, -4, -4, -4, -4, -4, -17, 32, 65, 0, 0);
  const range = v128.or(
    v128.sub_sat<u8>(values, i8x16.splat(51)),
    v128.and(v128.lt<i8>(values, i8x16.splat(26)), i8x16.splat(13)),
  );
  return v128.add<i8>(values, v128.swizzle(offsets, range));
}

/** Characters up to `end`, ten from one draw, its lowest six bits first. */
export function fill(out: usize, end: usize, state: u64): usize {
  let draws = state;
  for (let at = out; at < end; at += CHARACTERS_PER_DRAW) {
    draws += GAMMA;
    const bits = mix(draws);
    v128.store(at, base64url(i64x2(spread(bits & 0xffffffffffff) as i64, spread((bits >> 48) & 0xfff) as i64)));
  }
  return max(out, end);
}
