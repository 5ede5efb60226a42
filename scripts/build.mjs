// Makes the WebAssembly and faker's tables in src/, compiles src/ into dist/, from nothing, so that no file of an older
// build stays behind, and bundles the command into dist/cli/, the client for browsers into dist/browser/, and of web/ the report's page into dist/report/ and the
// live page into dist/live/. It is built elsewhere and takes the place of dist/ when it is whole: `npx tidemark` in a checkout builds, and a server may be running.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleBrowser } from './browser-bundle.mjs';
import { bundleCommand } from './command-bundle.mjs';
import { bundleLivePage } from './live-page.mjs';
import { bundleReportPage } from './report-page.mjs';
import { fakerNotice, TABLES_MODULE_PATH, tablesModule } from './tables.mjs';
import { importTypeScript } from './typescript.mjs';
import { WASM_MODULES, wasmModule } from './wasm.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const compiler = createRequire(import.meta.url).resolve('typescript/package.json');
writeFileSync(TABLES_MODULE_PATH, tablesModule());
const { usersSource, usersTexts } = await importTypeScript(join(root, 'scripts', 'users-source.mjs'));
writeFileSync(join(root, 'assembly', 'users.ts'), usersSource);
writeFileSync(
  join(root, 'src', 'stream', 'program', 'users-texts.ts'),
  `${fakerNotice()}export const USERS_TEXTS =\n  ${JSON.stringify(usersTexts)};\n`,
);
for (const module of WASM_MODULES) writeFileSync(module.path, await wasmModule(module));
const dist = join(root, `dist.${process.pid}`);
process.on('exit', () => rmSync(dist, { recursive: true, force: true }));
const tsc = spawnSync(
  process.execPath,
  [join(dirname(compiler), 'bin', 'tsc'), '-p', join(root, 'tsconfig.build.json'), '--outDir', dist],
  { stdio: 'inherit' },
);
if (tsc.status !== 0) process.exit(tsc.status ?? 1);
// A bundle of an application has no package.json beside it.
writeFileSync(join(dist, 'version.js'), `export const VERSION = ${JSON.stringify(version)};\n`);
await bundleCommand(dist);
await bundleBrowser(dist);
await bundleReportPage(join(dist, 'report'));
await bundleLivePage(join(dist, 'live'));

const built = join(root, 'dist');
const before = `${dist}.before`;
if (existsSync(built)) renameSync(built, before);
renameSync(dist, built);
rmSync(before, { recursive: true, force: true });
