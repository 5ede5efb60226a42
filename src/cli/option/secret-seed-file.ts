import { statSync } from 'node:fs';
import { SecretSeed } from '../../stream/secret-seed.ts';
import { UsageError } from '../../wording/usage-error.ts';
import { ofOption } from './named-option.ts';
import { readOptionBytes } from './option-file.ts';
import type { SecretSeedFlags } from './secret-seed-option.ts';

const READABLE_BY_OTHERS = 0o077;

/**
 * The bytes of the file. @throws the system's error, or a UsageError for a file that others can read, or of the wrong
 * size
 */
export function secretSeedBytes({ secretSeedFile }: SecretSeedFlags): Uint8Array | undefined {
  if (secretSeedFile === undefined) return undefined;
  const bytes = readOptionBytes('--secret-seed-file', secretSeedFile);
  const mode = statSync(secretSeedFile).mode & 0o777;
  if ((mode & READABLE_BY_OTHERS) !== 0) {
    const octal = mode.toString(8).padStart(3, '0');
    const told = `--secret-seed-file ${secretSeedFile} has mode ${octal}: a secret seed must be its owner's alone (chmod 600)`;
    throw new UsageError('bad_option', 'secretSeed', () => told);
  }
  ofOption(`--secret-seed-file ${secretSeedFile}`, () => new SecretSeed(bytes));
  return bytes;
}

export function secretSeed(flags: SecretSeedFlags): SecretSeed | undefined {
  const bytes = secretSeedBytes(flags);
  return bytes === undefined ? undefined : new SecretSeed(bytes);
}
