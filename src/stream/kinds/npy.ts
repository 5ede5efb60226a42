import type { Dtype } from '../program/field-program.ts';

/**
 * The header of a NumPy .npy file, format version 1.0 (numpy.lib.format): magic, version, header length, and a
 * Python literal padded with spaces to a multiple of 64 bytes. The elements follow it, little-endian, in C order.
 */
const DESCRIPTORS: Record<Dtype, string> = {
  int8: '|i1',
  int16: '<i2',
  int32: '<i4',
  uint8: '|u1',
  uint16: '<u2',
  uint32: '<u4',
  float32: '<f4',
  float64: '<f8',
};

const PREFIX_BYTES = 10;
const ALIGNMENT_BYTES = 64;

/** The header for an array of this dtype and shape. */
export function npyHeader(dtype: Dtype, shape: readonly number[]): Uint8Array {
  const tuple = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const literal = `{'descr': '${DESCRIPTORS[dtype]}', 'fortran_order': False, 'shape': (${tuple}), }`;
  const unpadded = PREFIX_BYTES + literal.length + 1;
  const total = Math.ceil(unpadded / ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
  const text = `${literal}${' '.repeat(total - unpadded)}\n`;
  const bytes = new Uint8Array(total);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, text.length & 0xff, text.length >> 8]);
  bytes.set(new TextEncoder().encode(text), PREFIX_BYTES);
  return bytes;
}
