import type { BuiltProgram, InterpretedProgram } from '../program/field-program.ts';
import { arraysProgram } from './arrays.ts';
import { bytesProgram } from './bytes.ts';
import type { ParameterReader } from './parameter-reader.ts';
import type { StreamKind } from './stream-kinds.ts';

/** What its parameters make of a kind: the program of its messages. */
export const PROGRAMS: Record<
  StreamKind,
  (parameters: ParameterReader) => InterpretedProgram | BuiltProgram
> = {
  users: () => ({ text: true, built: 'users' }),
  arrays: arraysProgram,
  bytes: bytesProgram,
};
