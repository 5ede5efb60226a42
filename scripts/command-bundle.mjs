import { chmodSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build } from 'rolldown';
import { licences } from './licences.mjs';

/**
 * Bundles the command that is compiled in `dist` into a few files, in place of dist/cli/: a start takes as long as its
 * files are many. The packages that users install stay outside. The threads and processes that it starts by their place
 * beside it have a file each, and load nothing of the command.
 */
export async function bundleCommand(dist) {
  const { engines, dependencies, peerDependencies } = JSON.parse(
    readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
  );
  const everyProgram = {
    cwd: dist, // what is built has no trace of where that was
    platform: 'node',
    external: [/^node:/, ...Object.keys({ ...dependencies, ...peerDependencies })],
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
    input: { main: start },
    plugins: [imports],
    output: {
      format: 'esm',
      banner: ({ moduleIds }) => licences(moduleIds),
      dir: bundle,
      chunkFileNames: '[name]-[hash].js',
      codeSplitting: { groups: [{ name: 'start', test: isAlwaysLoaded }] },
    },
  });
  for (const program of [
    'server/encoding/encoder-worker.js',
    'bench/process/client-process.js',
    'bench/process/server-process.js',
    'workers/worker-program.js',
  ]) {
    await build({
      ...everyProgram,
      input: join(dist, program),
      output: { format: 'esm', file: join(bundle, basename(program)), codeSplitting: false },
    });
  }
  rmSync(join(dist, 'cli'), { recursive: true });
  renameSync(bundle, join(dist, 'cli'));
  const command = join(dist, 'cli', 'tidemark.js');
  writeFileSync(command, gate(engines.node));
  chmodSync(command, 0o755);
}

/**
 * What is run: any Node can read it, however old, and it loads the rest only where that can be read, too.
 *
 * @param {string} engines as in `>=20.19`
 */
function gate(engines) {
  const [, major, minor] = /^>=(\d+)\.(\d+)$/.exec(engines);
  return `#!/usr/bin/env node
var node = process.versions.node.split('.');
if (node[0] > ${major} || (node[0] == ${major} && node[1] >= ${minor})) import('./main.js');
else {
  process.stderr.write('tidemark: needs Node ${major}.${minor} or newer, and this is Node ' + node.join('.') + '\\n');
  process.exitCode = 1;
}
`;
}

/** All modules that are loaded with one. */
function reachedFrom(id, importsOf, reached = new Set()) {
  if (reached.has(id)) return reached;
  reached.add(id);
  for (const imported of importsOf.get(id) ?? []) reachedFrom(imported, importsOf, reached);
  return reached;
}
