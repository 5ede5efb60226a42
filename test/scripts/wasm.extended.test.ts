import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
// @ts-expect-error: a script of the build, without types
import { WASM_MODULES, wasmModule } from '../../scripts/wasm.mjs';

const modules: { source: string; path: string }[] = WASM_MODULES;

test.each(modules)('$source is built to the same bytes again', async (module) => {
  expect(await wasmModule(module)).toBe(readFileSync(module.path, 'utf8'));
});
