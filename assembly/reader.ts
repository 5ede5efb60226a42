/**
 * Reads what a server sends: finds the plain data frames in received bytes (RFC 6455, section 5.2), moves their messages
 * together as they are digested, and notes of each where it begins, whether it is text, and the seq that it begins with.
 * What plain is, and why, is said in src/carriage/websocket/read-memory.ts; what a leading seq is, in src/stream/seq-prefix.ts.
 */
import { crc32, makeTables } from './crc32';

export { crc32 };

/** What `walk` found: how many messages, whether it stopped at a frame that is not plain, and whether all text is ASCII. */
export let count: i32 = 0;
export let unusual: bool = false;
export let ascii: bool = true;

const FINAL_TEXT: u32 = 0x81;
const FINAL_BINARY: u32 = 0x82;
/** A length from here on takes two bytes more. */
const LENGTH_16: usize = 126;
const NEWLINE: u8 = 10;

/** Makes the tables; called once. @returns the first address that is free */
export function prepare(): usize {
  makeTables();
  return __heap_base;
}

/**
 * Walks over the bytes from `start` to `end` as far as there are plain frames, and moves their messages to `start`.
 *
 * @param mostBytes a frame larger than this is not plain
 * @param mostMessages where it stops at the latest
 * @param offsets where to write where each message begins, and the end: 32-bit integers, the first of which is `start`
 * @param seqs where to write their seqs: doubles, NaN for a message that begins with none
 * @param texts where to write 1 for a text, 0 for a binary message: bytes
 * @returns where it stopped
 */
export function walk(
  start: usize, end: usize, mostBytes: usize, mostMessages: i32, offsets: usize, seqs: usize, texts: usize,
): usize {
  let at = start;
  let out = start;
  let index: usize = 0;
  let high = i8x16.splat(0);
  unusual = false;
  store<u32>(offsets, start as u32);
  while (at + 2 <= end && index < (mostMessages as usize)) {
    const first: u32 = load<u8>(at);
    let size: usize = load<u8>(at, 1);
    let header: usize = 2;
    let shortest = size <= LENGTH_16;
    if (size == LENGTH_16) {
      if (at + 4 > end) break;
      header = 4;
      size = bswap<u16>(load<u16>(at, 2));
      shortest = size >= LENGTH_16;
    }
    const text = first == FINAL_TEXT;
    if (!shortest || !(text || first == FINAL_BINARY) || header + size > mostBytes) {
      unusual = true;
      break;
    }
    if (at + header + size > end) break;
    const bytes = move(out, at + header, size);
    if (text) high = v128.or(high, bytes);
    store<f64>(seqs + (index << 3), text ? leadingSeq(out, size) : NaN);
    store<u8>(texts + index, text as u8);
    out += size;
    if (text) store<u8>(out++, NEWLINE);
    at += header + size;
    index++;
    store<u32>(offsets + (index << 2), out as u32);
  }
  count = index as i32;
  ascii = i8x16.bitmask(high) == 0;
  return at;
}

/** Moves bytes to where they begin no later, and nothing behind them is touched. @returns all of them in one another */
// @ts-ignore: decorator
@inline
function move(to: usize, from: usize, size: usize): v128 {
  if (size >= 16) {
    const last = v128.load(from + size - 16); // before something is moved there
    let all = last;
    for (let done: usize = 0; done < size - 16; done += 16) {
      const piece = v128.load(from + done);
      all = v128.or(all, piece);
      v128.store(to + done, piece);
    }
    v128.store(to + size - 16, last);
    return all;
  }
  let all: u64 = 0;
  for (let done: usize = 0; done < size; done++) {
    const byte = load<u8>(from + done);
    all |= byte;
    store<u8>(to + done, byte);
  }
  return i64x2.splat(all as i64);
}

/** `{"seq":` as it lies in memory. */
const PREFIX: u64 = 0x3a22716573227b;
const PREFIX_BYTES: usize = 7;
const LAST_SAFE: u64 = 9007199254740991;

/** The seq that the text of `size` bytes begins with; NaN if it begins with none. */
// @ts-ignore: decorator
@inline
function leadingSeq(text: usize, size: usize): f64 {
  if (size <= PREFIX_BYTES || (load<u64>(text) & 0x00ffffffffffffff) != PREFIX) return NaN;
  const end = text + size;
  const digits = text + PREFIX_BYTES;
  let at = digits;
  let seq: u64 = 0;
  let byte: u32 = 0;
  for (; at < end; at++) {
    byte = load<u8>(at);
    if (byte - 48 > 9) break;
    if (seq <= LAST_SAFE) seq = seq * 10 + (byte - 48); // what is too large stays so
  }
  const fraction = at < end && (byte == 0x2e || byte == 0x65 || byte == 0x45);
  return at > digits && !fraction && seq <= LAST_SAFE ? (seq as f64) : NaN;
}
