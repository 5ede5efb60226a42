import { badOption } from '../../wording/usage-error.ts';

/** By what a user of NATS is let in, besides the user and password of an address, and what servers are trusted by. */
export interface NatsAccess {
  /** The text of a credentials file (`nsc generate creds`). */
  readonly credentials?: string | undefined;
  readonly token?: string | undefined;
  /** The seed of an nkey of a user: SU and 56 more letters. */
  readonly nkeySeed?: string | undefined;
  /** Certificates in PEM by which servers are trusted, in place of the system's. */
  readonly ca?: string | undefined;
  /** This end's own certificate and its key, in PEM, for servers that ask for one. */
  readonly certificate?: string | undefined;
  readonly key?: string | undefined;
}

/** @throws UsageError for a half of a pair, or for what no credentials are; shows nothing of them */
export function checkNatsAccess({ credentials, nkeySeed, certificate, key }: NatsAccess): void {
  if (credentials !== undefined && !/BEGIN NATS USER JWT[\s\S]*BEGIN USER NKEY SEED/.test(credentials))
    throw badOption('credentials', 'a credentials file of NATS, with a JWT and a seed', 'something else');
  if (nkeySeed !== undefined && !/^SU[A-Z2-7]{56}$/.test(nkeySeed))
    throw badOption('nkeySeed', 'the seed of a user, SU and 56 more letters', 'something else');
  if ((certificate === undefined) !== (key === undefined))
    throw badOption('certificate', 'given together with its key', 'one of them');
}

/** What is to appear in no output. */
export function secretsOf(
  { credentials, token, nkeySeed, key }: NatsAccess,
  password: string | undefined,
): readonly string[] {
  const inside = credentials?.match(/^[\w.-]{40,}$/gm) ?? [];
  return [token, nkeySeed, key, password, ...inside].filter((secret) => secret !== undefined);
}
