import { Option } from 'commander';

export interface SecretSeedFlags {
  readonly secretSeedFile?: string;
}

/** The option of a secret seed; `what` is what it is for. What reads the file is loaded by who needs it. */
export function secretSeedOption(what: string): Option {
  return new Option('--secret-seed-file <file>', `file with a secret seed, 16 bytes or more: ${what}`);
}
