// Compiles the encoder, assembly/encoder.ts, to WebAssembly. The same source gives the same bytes on any machine.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Where the build leaves the encoder for src/stream/encoder.ts: a module that any bundler takes. */
export const ENCODER_MODULE_PATH = join(root, 'src', 'stream', 'encoder-wasm.ts');

const OPTIONS = [
  ...['--runtime', 'stub', '--use', 'abort=', '--noAssert'],
  ...['-O3', '--converge', '--enable', 'simd'],
];

/** @returns the bytes of the WebAssembly module */
export async function compileEncoder() {
  let binary;
  const messages = [];
  const { error } = await asc.main(
    ['assembly/encoder.ts', '--config', 'none', '--baseDir', root, '--outFile', 'encoder.wasm', ...OPTIONS],
    {
      stderr: { write: (text) => messages.push(text) },
      readFile: (name) => {
        try {
          return readFileSync(join(root, name), 'utf8');
        } catch {
          return null; // asc looks in several places
        }
      },
      writeFile: (_, contents) => {
        binary = contents;
      },
      listFiles: () => [],
    },
  );
  if (error !== null) throw new Error(`the encoder does not compile:\n${messages.join('')}`);
  return binary;
}

/** The module's text, with the binary in it. */
export function encoderModule(binary) {
  return `export const ENCODER_WASM_BASE64 =\n  '${Buffer.from(binary).toString('base64')}';\n`;
}
