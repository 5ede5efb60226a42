import { type Distribution, fixedPoint } from '../program/distribution.ts';
import { DTYPES, type Dtype, type InterpretedProgram } from '../program/field-program.ts';
import { badParameter, StreamError } from '../stream-error.ts';
import { npyHeader } from './npy.ts';
import type { ParameterReader } from './parameter-reader.ts';

/** Limits of one array: they bound the work and the size of one message. */
const MAXIMUM_DIMENSIONS = 8;
const MAXIMUM_ELEMENTS = 65_536;
const MAXIMUM_DECIMALS = 9;
const MAXIMUM_RANGE = 4_294_967_296; // what one 32-bit draw can tell apart

const INTEGER_LIMITS: Partial<Record<Dtype, readonly [minimum: number, maximum: number]>> = {
  int8: [-128, 127],
  int16: [-32_768, 32_767],
  int32: [-2_147_483_648, 2_147_483_647],
  uint8: [0, 255],
  uint16: [0, 65_535],
  uint32: [0, 4_294_967_295],
};

/** The program of `arrays`, from its parameters. */
export function arraysProgram(parameters: ParameterReader): InterpretedProgram {
  const dtype = parameters.choice('dtype', DTYPES, 'float64');
  const shape = parameters.shape('shape', {
    maximumDimensions: MAXIMUM_DIMENSIONS,
    maximumElements: MAXIMUM_ELEMENTS,
    fallback: [4],
  });
  const limits = INTEGER_LIMITS[dtype];
  const distribution = limits === undefined ? floats(parameters) : integers(parameters, dtype, limits);
  const encoding = parameters.choice('encoding', ['json', 'npy'], 'json');
  const count = shape.reduce((elements, size) => elements * size, 1);
  if (encoding === 'npy') {
    return {
      text: false,
      steps: [
        { step: 'binary', bytes: npyHeader(dtype, shape) },
        { step: 'field', path: 'values' },
        { step: 'numbers', count, distribution, as: dtype },
      ],
    };
  }
  return {
    text: true,
    steps: [
      { step: 'text', text: '{"seq":' },
      { step: 'seq' },
      { step: 'text', text: `,"dtype":"${dtype}","shape":[${shape.join(',')}],"values":[` },
      { step: 'field', path: 'values' },
      { step: 'numbers', count, distribution, as: 'json' },
      { step: 'text', text: ']}' },
    ],
  };
}

/** uniform over [min, max), normal (mean 0, deviation 1) or exponential (mean 1), in fixed-point decimals. */
function floats(parameters: ParameterReader): Distribution {
  const shape = parameters.choice('dist', ['uniform', 'normal', 'exponential'], 'uniform');
  const decimals = parameters.integer('decimals', { minimum: 0, maximum: MAXIMUM_DECIMALS, fallback: 6 });
  if (shape !== 'uniform') return { shape, decimals };
  const minimum = parameters.fixedPoint('min', { decimals, fallback: 0 });
  const maximum = parameters.fixedPoint('max', { decimals, fallback: 1 });
  const range = maximum - minimum;
  if (range < 1 || range > MAXIMUM_RANGE) {
    const [low, high, most] = [minimum, maximum, MAXIMUM_RANGE].map((n) => fixedPoint(n, decimals));
    const message = `max must be above min, by at most ${most}, got min ${low} and max ${high}`;
    throw new StreamError('bad_parameter', message);
  }
  return { shape, decimals, minimum, range };
}

/** Uniform over [min, max], both included; by default all that the dtype can hold. */
function integers(
  parameters: ParameterReader,
  dtype: Dtype,
  [lowest, highest]: readonly [number, number],
): Distribution {
  const shape = parameters.choice('dist', ['uniform', 'normal', 'exponential'], 'uniform');
  if (shape !== 'uniform') throw badParameter('dist', `uniform for dtype ${dtype}`, shape);
  const minimum = parameters.integer('min', { minimum: lowest, maximum: highest, fallback: lowest });
  const maximum = parameters.integer('max', { minimum, maximum: highest, fallback: highest });
  return { shape, decimals: 0, minimum, range: maximum - minimum + 1 };
}
