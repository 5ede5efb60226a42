import { chmodSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build } from 'rolldown';
import { licences } from './licences.mjs';

/**
 * Bundles the command that is compiled in `dist` into a few files, in place of dist/cli/: a start takes as long as its
 * files are many. The packages that users install stay outside. The threads and processes that it starts by their place
 * beside it have a file each, and load nothing of the command.
 */
export async function bundleCommand(dist) {
  const { version, dependencies } = JSON.parse(
    readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
  );
  const everyProgram = {
    cwd: dist, // what is built has no trace of where that was
    platform: 'node',
    external: [/^node:/, ...Object.keys(dependencies)],
  };
  const versionOfPackage = {
    name: 'version',
    load: (id) =>
      id === join(dist, 'version.js') ? `export const VERSION = ${JSON.stringify(version)};` : undefined,
  };
  const bundle = join(dist, 'bundle');
  const start = join(dist, 'cli', 'tidemark.js');
  const importsOf = new Map();
  const imports = { name: 'imports', moduleParsed: ({ id, importedIds }) => importsOf.set(id, importedIds) };
  // One file for all that is always loaded, but for what waits for a command: its own import would wait for it.
  let reached;
  const isAlwaysLoaded = (id) => {
    reached ??= reachedFrom(start, importsOf); // by now all are parsed
    return id !== start && reached.has(id);
  };
  await build({
    ...everyProgram,
    input: start,
    plugins: [versionOfPackage, imports],
    output: {
      format: 'esm',
      banner: ({ moduleIds }) => licences(moduleIds),
      dir: bundle,
      chunkFileNames: '[name]-[hash].js',
      codeSplitting: { groups: [{ name: 'start', test: isAlwaysLoaded }] },
    },
  });
  for (const program of ['server/encoder-worker.js', 'bench/client-process.js', 'bench/server-process.js']) {
    await build({
      ...everyProgram,
      input: join(dist, program),
      plugins: [versionOfPackage],
      output: { format: 'esm', file: join(bundle, basename(program)), codeSplitting: false },
    });
  }
  rmSync(join(dist, 'cli'), { recursive: true });
  renameSync(bundle, join(dist, 'cli'));
  chmodSync(join(dist, 'cli', 'tidemark.js'), 0o755);
}

/** All modules that are loaded with one. */
function reachedFrom(id, importsOf, reached = new Set()) {
  if (reached.has(id)) return reached;
  reached.add(id);
  for (const imported of importsOf.get(id) ?? []) reachedFrom(imported, importsOf, reached);
  return reached;
}
