// Makes the WebAssembly and faker's tables in src/, compiles src/ into dist/, from nothing, so that no file of an older
// build stays behind, and bundles the command into dist/cli/ and the report's page of web/ into dist/report/. It is built
// elsewhere and takes the place of dist/ when it is whole: `npx tidemark` in a checkout builds, and a server may be running.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';
import { TABLES_MODULE_PATH, tablesModule } from './tables.mjs';
import { WASM_MODULES, wasmModule } from './wasm.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const compiler = createRequire(import.meta.url).resolve('typescript/package.json');
for (const module of WASM_MODULES) writeFileSync(module.path, await wasmModule(module));
writeFileSync(TABLES_MODULE_PATH, tablesModule());
const dist = join(root, `dist.${process.pid}`);
process.on('exit', () => rmSync(dist, { recursive: true, force: true }));
const tsc = spawnSync(
  process.execPath,
  [join(dirname(compiler), 'bin', 'tsc'), '-p', join(root, 'tsconfig.build.json'), '--outDir', dist],
  { stdio: 'inherit' },
);
if (tsc.status !== 0) process.exit(tsc.status ?? 1);
await bundleCommand();

// What is for paper comes last, and overrules the others.
const STYLES = ['colours.css', 'page.css', 'chart.css', 'table.css', 'print.css'];
await buildReportPage();
replaceBuilt();

function replaceBuilt() {
  const built = join(root, 'dist');
  const before = `${dist}.before`;
  if (existsSync(built)) renameSync(built, before);
  renameSync(dist, built);
  rmSync(before, { recursive: true, force: true });
}

/**
 * The command in a few files, since a start takes as long as its files are many. What it
 * depends on stays outside. The threads and processes that it starts by their place beside it have a file each, and load
 * nothing of the command.
 */
async function bundleCommand() {
  const bundle = join(dist, 'bundle');
  const start = join(dist, 'cli', 'tidemark.js');
  const importsOf = new Map();
  const imports = { name: 'imports', moduleParsed: ({ id, importedIds }) => importsOf.set(id, importedIds) };
  // One file for all that is always loaded, but for what waits for a command: its own import would wait for it.
  let reached;
  const isReached = (id) => (reached ??= reachedFrom(start, importsOf)).has(id); // by then all are parsed
  const always = { name: 'start', test: (id) => id !== start && isReached(id) };
  await bundleProgram(start, [imports], {
    dir: bundle,
    chunkFileNames: '[name]-[hash].js',
    codeSplitting: { groups: [always] },
  });
  for (const program of ['server/encoder-worker.js', 'bench/client-process.js', 'bench/server-process.js']) {
    const file = join(bundle, basename(program));
    await bundleProgram(join(dist, program), [], { file, codeSplitting: false });
  }
  rmSync(join(dist, 'cli'), { recursive: true });
  renameSync(bundle, join(dist, 'cli'));
  chmodSync(join(dist, 'cli', 'tidemark.js'), 0o755);
}

async function bundleProgram(input, plugins, output) {
  const { version, dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const versionOfPackage = {
    name: 'version',
    load: (id) =>
      id === join(dist, 'version.js') ? `export const VERSION = ${JSON.stringify(version)};` : undefined,
  };
  await build({
    cwd: dist, // what is built has no trace of where that was
    input,
    platform: 'node',
    external: [/^node:/, ...Object.keys(dependencies)],
    plugins: [versionOfPackage, ...plugins],
    output: { format: 'esm', ...output },
  });
}

/** All modules that are loaded with one. */
function reachedFrom(id, importsOf, reached = new Set()) {
  if (reached.has(id)) return reached;
  reached.add(id);
  for (const imported of importsOf.get(id) ?? []) reachedFrom(imported, importsOf, reached);
  return reached;
}

/** The page's script and style, each in one file, since a report holds them within itself. */
async function buildReportPage() {
  const source = join(root, 'web', 'report');
  const built = join(dist, 'report');
  const { output } = await build({
    input: join(source, 'page.ts'),
    platform: 'browser',
    write: false,
    output: { format: 'iife', minify: true, comments: false },
  });
  const [{ code, moduleIds }] = output;
  const script = `${licences(moduleIds)}${code}`;
  const style = STYLES.map((file) => readFileSync(join(source, file), 'utf8')).join('\n');
  for (const ending of ['</script', '<!--', '</style']) {
    if (`${script}${style}`.toLowerCase().includes(ending))
      throw new Error(`the page may not hold ${ending}`);
  }
  writeFileSync(join(built, 'page.js'), script);
  writeFileSync(join(built, 'page.css'), style);
}

/** The licences of all packages that have a part in the script, each text once: they ask to go where the code goes. */
function licences(moduleIds) {
  const folders = new Set(
    moduleIds.flatMap(
      (id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id.replaceAll('\\', '/'))?.[0] ?? [],
    ),
  );
  const packagesByText = new Map();
  for (const folder of [...folders].sort()) {
    const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    if (file === undefined) throw new Error(`${name} has no licence text`);
    const text = readFileSync(join(folder, file), 'utf8').trim().replaceAll('*/', '* /');
    packagesByText.set(text, [...(packagesByText.get(text) ?? []), `${name} ${version}`]);
  }
  const parts = [...packagesByText].map(([text, names]) => `${names.join(', ')}\n\n${text}\n`);
  return `/*!\n${parts.join('\n')}*/\n`;
}
