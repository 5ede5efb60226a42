// Run before what needs the packages of package.json: says so where they are not installed, as whatever imports one could not.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { dependencies, devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const packages = Object.keys({ ...dependencies, ...devDependencies });
if (packages.some((name) => !existsSync(join(root, 'node_modules', name, 'package.json')))) {
  process.stderr.write(`tidemark: this checkout is not installed yet: run npm ci in ${root} first\n`);
  process.exitCode = 1;
}
