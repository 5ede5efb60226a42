import type { Command } from 'commander';

/** Options of who comes to NATS. User and password are in the address. */
export interface NatsFlags {
  readonly natsCreds?: string;
  readonly natsTokenFile?: string;
  readonly natsNkeyFile?: string;
  readonly natsCa?: string;
  readonly natsCert?: string;
  readonly natsKey?: string;
}

/** Their flags, for a heading of their own. */
export const NATS_FLAGS = [
  '--nats-creds',
  '--nats-token-file',
  '--nats-nkey-file',
  '--nats-ca',
  '--nats-cert',
  '--nats-key',
] as const;

/** Adds the options to a command. */
export function addNatsOptions(command: Command): Command {
  return command
    .option('--nats-creds <file>', 'credentials file of a user of NATS')
    .option('--nats-token-file <file>', 'file with the token of NATS')
    .option('--nats-nkey-file <file>', "file with the seed of a user's nkey")
    .option('--nats-ca <file>', 'certificates in PEM that NATS is trusted by')
    .option('--nats-cert <file>', 'own certificate in PEM, for a NATS that asks for one')
    .option('--nats-key <file>', 'its private key in PEM');
}
