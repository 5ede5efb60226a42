// Run before `npm start`: builds, unless nothing has changed since the last build, as just after `npm ci`, which builds too.
import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import './installed.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const SOURCES = [
  'src',
  'web',
  'assembly',
  'scripts',
  'package-lock.json',
  'package.json',
  'tsconfig.build.json',
];

/** When a file, or anything in a folder, was changed last; a file that was deleted has changed its folder. */
function changedMs(path) {
  const status = statSync(path);
  if (!status.isDirectory()) return status.mtimeMs;
  return Math.max(status.mtimeMs, ...readdirSync(path).map((name) => changedMs(join(path, name))));
}

function isBuilt() {
  try {
    // The build writes this one after it has read the sources, and moves all of dist into its place at its end.
    const builtMs = statSync(join(root, 'dist', 'version.js')).mtimeMs;
    return SOURCES.every((name) => changedMs(join(root, name)) <= builtMs);
  } catch {
    return false;
  }
}

if (process.exitCode === undefined && !isBuilt()) {
  process.stderr.write('tidemark: builds first, which takes some seconds\n');
  const { status } = spawnSync(process.execPath, [join(root, 'scripts', 'build.mjs')], { stdio: 'inherit' });
  process.exitCode = status ?? 1;
}
