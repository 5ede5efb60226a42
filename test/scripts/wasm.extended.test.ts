import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { WASM_MODULES, wasmModule } from '../../scripts/wasm.mjs';

test.each(WASM_MODULES)('$source is built to the same bytes again', async (module) => {
  expect(await wasmModule(module)).toBe(readFileSync(module.path, 'utf8'));
});
