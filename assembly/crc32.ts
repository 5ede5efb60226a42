/**
 * CRC-32 (IEEE 802.3, reflected), sixteen bytes a step ("slicing"). Theory: M. E. Kounavis and F. L. Berry, "A
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

/** The CRC of `size` bytes, going on from `start`. */
export function crc32(start: u32, address: usize, size: usize): u32 {
  let crc = ~start;
  let at = address;
  const end = address + size;
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
  return ~crc;
}
