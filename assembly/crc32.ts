/**
 * CRC-32 (IEEE 802.3, reflected). What is long is first folded to its last 1,968 bytes or a few more; those, and all
 * that is short, go through tables, sixteen bytes a step ("slicing"). Theory: M. E. Kounavis and F. L. Berry, "A
 * Systematic Approach to Building High Performance, Software-based, CRC Generators", ISCC 2005: table k holds what
 * a byte does to the register when k more bytes follow it, so the sixteen look-ups of a step don't wait for each
 * other.
 */
const POLYNOMIAL: u32 = 0xedb88320;
const TABLES: usize = memory.data(16 * 256 * 4, 16);

export function makeTables(): void {
  for (let byte: u32 = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ POLYNOMIAL : crc >> 1;
    store<u32>(TABLES + (byte << 2), crc);
  }
  for (let k: u32 = 1; k < 16; k++) {
    for (let byte: u32 = 0; byte < 256; byte++) {
      const before = load<u32>(TABLES + ((k - 1) << 10) + (byte << 2));
      store<u32>(TABLES + (k << 10) + (byte << 2), (before >> 8) ^ load<u32>(TABLES + ((before & 0xff) << 2)));
    }
  }
}

/** What four bytes do to the register; `tables` are those for the last of them, and the three behind it. */
// @ts-ignore: decorator
@inline
function look(tables: usize, word: u32): u32 {
  return (
    load<u32>(tables + ((word & 0xff) << 2), 3072) ^
    load<u32>(tables + (((word >> 8) & 0xff) << 2), 2048) ^
    load<u32>(tables + (((word >> 16) & 0xff) << 2), 1024) ^
    load<u32>(tables + ((word >> 24) << 2))
  );
}

/** What bytes from `address` to `end` do to the register. */
function slice(register: u32, address: usize, end: usize): u32 {
  let crc = register;
  let at = address;
  while (at + 16 <= end) {
    crc =
      look(TABLES + 12288, load<u32>(at) ^ crc) ^
      look(TABLES + 8192, load<u32>(at, 4)) ^
      look(TABLES + 4096, load<u32>(at, 8)) ^
      look(TABLES, load<u32>(at, 12));
    at += 16;
  }
  if (at + 8 <= end) {
    crc = look(TABLES + 4096, load<u32>(at) ^ crc) ^ look(TABLES, load<u32>(at, 4));
    at += 8;
  }
  if (at + 4 <= end) {
    crc = look(TABLES, load<u32>(at) ^ crc);
    at += 4;
  }
  while (at < end) {
    crc = (crc >> 8) ^ load<u32>(TABLES + (((crc ^ load<u8>(at)) & 0xff) << 2));
    at++;
  }
  return crc;
}

/**
 * With y = x^128 modulo the polynomial, y^123 = y^120 + y^80 + y^74 + y^53 + y^45 + 1: sixteen bytes count as much
 * where they are as when they are added to those 3, 43, 49, 70, 78 and 123 places further on. So each place is what was
 * there and six places before it, and all but the last 123 need not be looked at again.
 */
const WINDOW_BYTES: usize = 1968;
/** Below this the tables are as fast. */
const LEAST_FOLDED_BYTES: usize = 2 * WINDOW_BYTES;
/** At a time. */
const MOST_FOLDED_BYTES: usize = 32768;
/** Where it is folded. Before it are zeros, for the first places. */
const FOLDED: usize = memory.data(<i32>(WINDOW_BYTES + MOST_FOLDED_BYTES), 16) + WINDOW_BYTES;

/** Adds the places up to `end` to those `bytes` further on that are not before `end`. */
// @ts-ignore: decorator
@inline
function carry(end: usize, bytes: usize): void {
  for (let at = end; at < end + bytes; at += 16) v128.store(at, v128.xor(v128.load(at), v128.load(at - bytes)));
}

/** What `size` bytes do to the register: LEAST_FOLDED_BYTES to MOST_FOLDED_BYTES of them. */
function fold(register: u32, address: usize, size: usize): u32 {
  const foldedBytes = (size - WINDOW_BYTES) & ~15;
  const end = FOLDED + foldedBytes;
  const shift = address - FOLDED;
  v128.store(FOLDED, v128.xor(v128.load(address), i32x4(register, 0, 0, 0)));
  for (let at = FOLDED + 16; at < end; at += 16) {
    const near = v128.xor(v128.load(at - 48), v128.xor(v128.load(at - 688), v128.load(at - 784)));
    const far = v128.xor(v128.load(at - 1120), v128.xor(v128.load(at - 1248), v128.load(at - 1968)));
    v128.store(at, v128.xor(v128.load(at + shift), v128.xor(near, far)));
  }
  memory.copy(end, address + foldedBytes, size - foldedBytes);
  carry(end, 48);
  carry(end, 688);
  carry(end, 784);
  carry(end, 1120);
  carry(end, 1248);
  carry(end, 1968);
  return slice(0, end, FOLDED + size);
}

/** The CRC of `size` bytes, going on from `start`. */
export function crc32(start: u32, address: usize, size: usize): u32 {
  let register = ~start;
  let at = address;
  const end = address + size;
  while (end - at >= LEAST_FOLDED_BYTES) {
    const part = min(end - at, MOST_FOLDED_BYTES);
    register = fold(register, at, part);
    at += part;
  }
  return ~slice(register, at, end);
}
