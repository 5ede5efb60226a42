import { describe, expect, test } from 'vitest';
import { npyHeader } from '../../../src/stream/kinds/npy.ts';
import { DTYPES, type Dtype } from '../../../src/stream/program/field-program.ts';
import { npyOf, recordOf, rounded, textOf } from './array-record.ts';

const INTEGERS = [
  { dtype: 'int8', minimum: -128, maximum: 127 },
  { dtype: 'int16', minimum: -32_768, maximum: 32_767 },
  { dtype: 'int32', minimum: -2_147_483_648, maximum: 2_147_483_647 },
  { dtype: 'uint8', minimum: 0, maximum: 255 },
  { dtype: 'uint16', minimum: 0, maximum: 65_535 },
  { dtype: 'uint32', minimum: 0, maximum: 4_294_967_295 },
];

/** Every dtype with every distribution that it can have, at 0, some and all decimals. */
const PARAMETERS = [
  ...INTEGERS.map(({ dtype }) => `dtype=${dtype}`),
  ...['float32', 'float64'].flatMap((dtype) =>
    ['uniform', 'normal', 'exponential'].flatMap((dist) =>
      [0, 3, 9].map((decimals) => `dtype=${dtype}&dist=${dist}&decimals=${decimals}`),
    ),
  ),
];

/** The header's text, and the data behind it, by the lengths that the file itself states. */
function partsOf(npy: Uint8Array): { header: string; data: DataView } {
  const view = new DataView(npy.buffer, npy.byteOffset, npy.byteLength);
  const end = 10 + view.getUint16(8, true);
  return {
    header: new TextDecoder().decode(npy.subarray(10, end)),
    data: new DataView(npy.buffer, npy.byteOffset + end, npy.byteLength - end),
  };
}

const READERS: { [dtype in Dtype]: { bytes: number; read: (data: DataView, offset: number) => number } } = {
  int8: { bytes: 1, read: (data, offset) => data.getInt8(offset) },
  int16: { bytes: 2, read: (data, offset) => data.getInt16(offset, true) },
  int32: { bytes: 4, read: (data, offset) => data.getInt32(offset, true) },
  uint8: { bytes: 1, read: (data, offset) => data.getUint8(offset) },
  uint16: { bytes: 2, read: (data, offset) => data.getUint16(offset, true) },
  uint32: { bytes: 4, read: (data, offset) => data.getUint32(offset, true) },
  float32: { bytes: 4, read: (data, offset) => data.getFloat32(offset, true) },
  float64: { bytes: 8, read: (data, offset) => data.getFloat64(offset, true) },
};

function numbersOf(npy: Uint8Array, dtype: Dtype): number[] {
  const { data } = partsOf(npy);
  const { bytes, read } = READERS[dtype];
  return Array.from({ length: data.byteLength / bytes }, (_, index) => read(data, index * bytes));
}

function dtypeOf(parameters: string): Dtype {
  const named = new URLSearchParams(parameters).get('dtype');
  return DTYPES.find((dtype) => dtype === named) ?? 'float64';
}

describe('JSON', () => {
  test('is compact, its keys in order and seq first', () => {
    for (const parameters of PARAMETERS) {
      const record = recordOf(`${parameters}&shape=2,3`, 12);
      expect(Object.keys(record)).toEqual(['seq', 'dtype', 'shape', 'values']);
      expect(record).toMatchObject({ seq: 12, dtype: dtypeOf(parameters), shape: [2, 3] });
      expect(record.values).toHaveLength(6);
    }
  });

  test.each([0, 3, 9])('every number has exactly %i decimals', (decimals) => {
    for (const dist of ['uniform', 'normal', 'exponential']) {
      const text = textOf(`arrays?decimals=${decimals}&dist=${dist}&shape=50`, 1);
      const numbers = /"values":\[(.*)\]\}$/.exec(text)?.[1]?.split(',') ?? [];
      const form = decimals === 0 ? /^(0|-?[1-9]\d*)$/ : new RegExp(`^-?(0|[1-9]\\d*)\\.\\d{${decimals}}$`);
      expect(numbers).toHaveLength(50);
      expect(numbers.filter((number) => !form.test(number))).toEqual([]);
    }
  });
});

describe('bounds', () => {
  test.each(INTEGERS)('$dtype spreads over all that it can hold', ({ dtype, minimum, maximum }) => {
    const { values } = recordOf(`dtype=${dtype}&shape=500`, 0);
    const edge = (maximum - minimum) / 10;
    expect(values.every(Number.isInteger)).toBe(true);
    expect(Math.min(...values)).toBeGreaterThanOrEqual(minimum);
    expect(Math.min(...values)).toBeLessThan(minimum + edge);
    expect(Math.max(...values)).toBeLessThanOrEqual(maximum);
    expect(Math.max(...values)).toBeGreaterThan(maximum - edge);
  });

  test('min and max of an integer are both reached and never passed', () => {
    const { values } = recordOf('dtype=int16&min=-2&max=1&shape=200', 0);
    expect([...new Set(values)].sort((a, b) => a - b)).toEqual([-2, -1, 0, 1]);
    expect(recordOf('dtype=uint8&min=9&max=9', 0).values).toEqual([9, 9, 9, 9]);
  });

  test('max of a float is never reached', () => {
    const { values } = recordOf('decimals=1&min=-0.2&max=0.1&shape=200', 0);
    expect([...new Set(values)].sort((a, b) => a - b)).toEqual([-0.2, -0.1, 0]);
  });

  test('the widest range of a float is taken', () => {
    const { values } = recordOf('decimals=0&min=-2147483648&max=2147483648&shape=500', 0);
    expect(Math.min(...values)).toBeLessThan(-2_000_000_000);
    expect(Math.max(...values)).toBeGreaterThan(2_000_000_000);
  });
});

describe('shapes', () => {
  test.each(['1', '7', '16,16', '1,1,1,1,1,1,1,1', '2,2,2,2,2,2,2,2'])('%s', (shape) => {
    const sizes = shape.split(',').map(Number);
    const count = sizes.reduce((product, size) => product * size, 1);
    const record = recordOf(`dtype=uint8&shape=${shape}`, 0);
    expect(record.shape).toEqual(sizes);
    expect(record.values).toHaveLength(count);
    expect(partsOf(npyOf(`dtype=uint8&shape=${shape}`, 0)).data.byteLength).toBe(count);
  });

  test('the shape does not change the numbers', () => {
    expect(recordOf('shape=2,3', 4).values).toEqual(recordOf('shape=6', 4).values);
  });

  test('the greatest number of elements is made', () => {
    expect(partsOf(npyOf('dtype=uint8&shape=65536', 0)).data.byteLength).toBe(65_536);
  });
});

describe('npy', () => {
  test.each(PARAMETERS)('%s holds the numbers of the JSON, rounded to the dtype', (parameters) => {
    const dtype = dtypeOf(parameters);
    for (const seq of [0, 1, 2 ** 53 - 1]) {
      const { values } = recordOf(`${parameters}&shape=9`, seq);
      expect(numbersOf(npyOf(`${parameters}&shape=9`, seq), dtype)).toEqual(rounded(dtype, values));
    }
  });

  test.each(DTYPES)('%s: the header is aligned to 64 bytes and ends in a newline', (dtype) => {
    for (const shape of [[1], [4], [65_536], [16, 16], [2, 3, 4], [2, 2, 2, 2, 2, 2, 2, 512]]) {
      const header = npyHeader(dtype, shape);
      expect(header.length % 64).toBe(0);
      expect([...header.subarray(0, 8)]).toEqual([0x93, ...Buffer.from('NUMPY'), 1, 0]);
      expect(partsOf(header).header).toMatch(
        /^\{'descr': '[|<][iuf][1248]', 'fortran_order': False, 'shape': \([\d, ]+\), \} *\n$/,
      );
      expect(partsOf(header).data.byteLength).toBe(0);
    }
  });
});
