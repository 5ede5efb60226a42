import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
// @ts-expect-error: a script of the build, without types
import { compileEncoder, ENCODER_MODULE_PATH, encoderModule } from '../../scripts/encoder.mjs';

test('the encoder is built to the same bytes again', async () => {
  const binary = await compileEncoder();
  expect(encoderModule(binary)).toBe(readFileSync(ENCODER_MODULE_PATH, 'utf8'));
});
