import type { InterpretedProgram } from '../program/field-program.ts';
import type { ParameterReader } from './parameter-reader.ts';

/** The shortest size that has room for every seq: `{"seq":9007199254740991,"data":""}` and one character. */
const MINIMUM_BYTES = 35;
const MAXIMUM_BYTES = 1_048_576;

/** The program of `bytes`: a JSON record of exactly `size` bytes, for measuring transport alone. */
export function bytesProgram(parameters: ParameterReader): InterpretedProgram {
  const size = parameters.integer('size', { minimum: MINIMUM_BYTES, maximum: MAXIMUM_BYTES, fallback: 256 });
  const end = '"}';
  return {
    text: true,
    steps: [
      { step: 'text', text: '{"seq":' },
      { step: 'seq' },
      { step: 'text', text: ',"data":"' },
      { step: 'field', path: 'data' },
      { step: 'fill', untilBytes: size - end.length },
      { step: 'text', text: end },
    ],
  };
}
