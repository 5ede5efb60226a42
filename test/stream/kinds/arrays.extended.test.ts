import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DTYPES } from '../../../src/stream/program/field-program.ts';
import { PYTHON, temporaryFolder } from '../../e2e/processes.ts';
import { type ArrayRecord, npyOf, recordOf, rounded } from './array-record.ts';

test('NumPy loads every dtype and sees the numbers of the JSON', () => {
  const script = `
import json, pathlib, sys
import numpy
def loaded(path):
    array = numpy.load(path, allow_pickle=False)
    return {"dtype": array.dtype.name, "shape": array.shape, "values": array.ravel().tolist()}
print(json.dumps({path.stem: loaded(path) for path in pathlib.Path(sys.argv[1]).iterdir()}))
`;
  const directory = temporaryFolder();
  const expected: { [dtype: string]: Omit<ArrayRecord, 'seq'> } = {};
  for (const [seq, dtype] of DTYPES.entries()) {
    const shape = seq % 2 === 0 ? '5' : '2,3';
    const { values, ...rest } = recordOf(`dtype=${dtype}&shape=${shape}`, seq);
    expected[dtype] = { dtype: rest.dtype, shape: rest.shape, values: rounded(dtype, values) };
    writeFileSync(join(directory, `${dtype}.npy`), npyOf(`dtype=${dtype}&shape=${shape}`, seq));
  }
  const printed = execFileSync(PYTHON, ['-c', script, directory], { encoding: 'utf8' });
  expect(JSON.parse(printed)).toEqual(expected);
});
