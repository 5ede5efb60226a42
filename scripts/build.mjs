// Makes the encoder and faker's tables in src/, and compiles src/ into dist/, from nothing, so that no file of an older
// build stays behind.
import { spawnSync } from 'node:child_process';
import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileEncoder, ENCODER_MODULE_PATH, encoderModule } from './encoder.mjs';
import { TABLES_MODULE_PATH, tablesModule } from './tables.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const compiler = createRequire(import.meta.url).resolve('typescript/package.json');
writeFileSync(ENCODER_MODULE_PATH, encoderModule(await compileEncoder()));
writeFileSync(TABLES_MODULE_PATH, tablesModule());
rmSync(join(root, 'dist'), { recursive: true, force: true });
const tsc = spawnSync(
  process.execPath,
  [join(dirname(compiler), 'bin', 'tsc'), '-p', join(root, 'tsconfig.build.json')],
  { stdio: 'inherit' },
);
if (tsc.status !== 0) process.exit(tsc.status ?? 1);
chmodSync(join(root, 'dist', 'cli', 'tidemark.js'), 0o755);
