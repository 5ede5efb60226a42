import { expect, test } from 'vitest';
import * as surface from '../src/index.ts';

test('the public surface is what this list says', () => {
  expect(Object.keys(surface).sort()).toEqual([
    'CaptureError',
    'FAKER_VERSION',
    'GENERATOR_VERSION',
    'LAST_SEQ',
    'LogError',
    'STREAM_KINDS',
    'SecretSeed',
    'StreamError',
    'connect',
    'crc32Hex',
    'digestMessage',
    'openStream',
    'serve',
    'startChaosProxy',
    'verify',
  ]);
});
