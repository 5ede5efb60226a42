/** Runs system commands to completion, synchronously. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url));

/**
 * Runs a command in the repository's folder.
 *
 * @param {string} name
 * @param {...string} args
 * @returns {string} what it printed
 * @throws {Error} with what it printed on stderr, in a line
 */
export function command(name, ...args) {
  try {
    return execFileSync(name, args, { cwd: REPOSITORY, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    const { stderr = '', message } = /** @type {Error & { stderr?: string }} */ (error);
    const said = stderr.trim().replaceAll('\n', '; ');
    throw new Error(`${name} ${args.join(' ')}: ${said || message}`);
  }
}

/** Installs Debian packages, unless they are there. @param {readonly string[]} names */
export function installPackages(names) {
  if (names.length > 0) command('bash', 'scripts/system-packages.sh', ...names);
}
