import { checkNatsAccess, type NatsAccess } from '../../carriage/nats/nats-access.ts';
import type { NatsFlags } from './nats-options.ts';
import { readOptionFile } from './option-file.ts';

/**
 * What the files of the options hold.
 *
 * @throws the system's error if one can't be read, a UsageError for one that holds something else
 */
export function natsAccess(flags: NatsFlags): NatsAccess {
  const access: NatsAccess = {
    credentials: held('--nats-creds', flags.natsCreds),
    token: held('--nats-token-file', flags.natsTokenFile)?.trim(),
    nkeySeed: held('--nats-nkey-file', flags.natsNkeyFile)?.trim(),
    ca: held('--nats-ca', flags.natsCa),
    certificate: held('--nats-cert', flags.natsCert),
    key: held('--nats-key', flags.natsKey),
  };
  checkNatsAccess(access);
  return access;
}

function held(flag: string, path: string | undefined): string | undefined {
  return path === undefined ? undefined : readOptionFile(flag, path);
}
