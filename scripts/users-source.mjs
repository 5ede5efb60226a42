// What the build writes for the encoder from the program of `users`.
import { usersProgram } from '../src/stream/kinds/users.ts';
import { programSource, SOURCE_HEAD } from './program-source.mjs';

const { source, texts } = programSource('users', usersProgram());

export const usersSource = `${SOURCE_HEAD}${source}`;
export const usersTexts = texts;
