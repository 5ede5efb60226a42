// What npm runs when a checkout is installed: builds. Where nothing to build with is installed yet, as by `npx tidemark` in a
// fresh clone, it leaves a command that says so: if it failed, npx would say nothing, and remember the failure.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const command = join(root, 'dist', 'cli', 'tidemark.js');

if (existsSync(join(root, 'node_modules', 'typescript'))) {
  const build = join(root, 'scripts', 'build.mjs');
  process.exitCode = spawnSync(process.execPath, [build], { stdio: 'inherit' }).status ?? 1;
} else if (!existsSync(command)) {
  mkdirSync(dirname(command), { recursive: true });
  const sentence = `tidemark: this checkout is not built yet: run npm ci in ${root} first\n`;
  writeFileSync(
    command,
    `#!/usr/bin/env node\nprocess.stderr.write(${JSON.stringify(sentence)});\nprocess.exitCode = 1;\n`,
  );
  chmodSync(command, 0o755);
}
