import { Option } from 'commander';

export interface SecretSeedFlags {
  readonly secretSeedFile?: string;
}

/**
 * The option for a secret seed; `what` says its purpose. The code that reads the file is loaded only by those who need
 * it.
 */
export function secretSeedOption(what: string): Option {
  return new Option('--secret-seed-file <file>', `file with a secret seed, 16 bytes or more: ${what}`);
}
