// Makes the WebAssembly and faker's tables in src/, compiles src/ into dist/, from nothing, so that no file of an older
// build stays behind, and bundles the report's page of web/ into dist/report/.
import { spawnSync } from 'node:child_process';
import { chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';
import { TABLES_MODULE_PATH, tablesModule } from './tables.mjs';
import { WASM_MODULES, wasmModule } from './wasm.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const compiler = createRequire(import.meta.url).resolve('typescript/package.json');
for (const module of WASM_MODULES) writeFileSync(module.path, await wasmModule(module));
writeFileSync(TABLES_MODULE_PATH, tablesModule());
rmSync(join(root, 'dist'), { recursive: true, force: true });
const tsc = spawnSync(
  process.execPath,
  [join(dirname(compiler), 'bin', 'tsc'), '-p', join(root, 'tsconfig.build.json')],
  { stdio: 'inherit' },
);
if (tsc.status !== 0) process.exit(tsc.status ?? 1);
chmodSync(join(root, 'dist', 'cli', 'tidemark.js'), 0o755);

// What is for paper comes last, and overrules the others.
const STYLES = ['colours.css', 'page.css', 'chart.css', 'table.css', 'print.css'];
await buildReportPage();

/** The page's script and style, each in one file, since a report holds them within itself. */
async function buildReportPage() {
  const source = join(root, 'web', 'report');
  const built = join(root, 'dist', 'report');
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
