// Compiles assembly/ to WebAssembly. The same source gives the same bytes on any machine.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** What is compiled, and where the build leaves it: in modules that any bundler takes. */
export const WASM_MODULES = [
  {
    source: 'assembly/encoder.ts',
    path: join(root, 'src', 'stream', 'program', 'encoder-wasm.ts'),
    name: 'ENCODER',
  },
  {
    source: 'assembly/reader.ts',
    path: join(root, 'src', 'carriage', 'websocket', 'reader-wasm.ts'),
    name: 'READER',
  },
];

const OPTIONS = [
  ...['--runtime', 'stub', '--use', 'abort=', '--noAssert'],
  ...['-O3', '--converge', '--enable', 'simd'],
];

/** @returns the text of a module, with the binary in it */
export async function wasmModule({ source, name }) {
  const binary = await compile(source);
  return `export const ${name}_WASM_BASE64 =\n  '${Buffer.from(binary).toString('base64')}';\n`;
}

/**
 * @param files that are not on disk, by their paths from the root
 * @returns the binary
 */
export async function compile(source, files = {}) {
  let binary;
  const messages = [];
  const { error } = await asc.main(
    [source, '--config', 'none', '--baseDir', root, '--outFile', 'out.wasm', ...OPTIONS],
    {
      stderr: { write: (text) => messages.push(text) },
      readFile: (name) => {
        if (files[name] !== undefined) return files[name];
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
  if (error !== null) throw new Error(`${source} does not compile:\n${messages.join('')}`);
  return binary;
}
