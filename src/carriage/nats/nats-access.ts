import { createPrivateKey, X509Certificate } from 'node:crypto';
import { UsageError } from '../../wording/usage-error.ts';

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

/** @throws UsageError for a half of a pair, or for what is no such thing; shows nothing of them */
export function checkNatsAccess(access: NatsAccess): void {
  const { credentials, token, nkeySeed, ca, certificate, key } = access;
  if (credentials !== undefined && !/BEGIN NATS USER JWT[\s\S]*BEGIN USER NKEY SEED/.test(credentials))
    throw notAsked('natsCreds', 'a credentials file of NATS, with a JWT and a seed');
  if (token !== undefined && !/^[\x21-\x7e]+$/.test(token))
    throw notAsked('natsTokenFile', 'a token of printable ASCII, without spaces');
  if (nkeySeed !== undefined && !/^SU[A-Z2-7]{56}$/.test(nkeySeed))
    throw notAsked('natsNkeyFile', 'the seed of a user, SU and 56 more letters');
  if (!holds(ca, (pem) => new X509Certificate(pem))) throw notAsked('natsCa', 'certificates in PEM');
  if (!holds(certificate, (pem) => new X509Certificate(pem)))
    throw notAsked('natsCert', 'a certificate in PEM');
  if (!holds(key, createPrivateKey)) throw notAsked('natsKey', 'a private key in PEM, without a passphrase');
  if ((certificate === undefined) !== (key === undefined))
    throw new UsageError('missing_option', key === undefined ? 'natsKey' : 'natsCert', (nameOf) => {
      const [has, lacks] = key === undefined ? ['natsCert', 'natsKey'] : ['natsKey', 'natsCert'];
      return `${nameOf(has)} needs ${nameOf(lacks)}`;
    });
}

/** What came may be a secret, and is not shown. */
function notAsked(option: string, expected: string): UsageError {
  return new UsageError('bad_option', option, (nameOf) => `${nameOf(option)} must be ${expected}`);
}

function holds(pem: string | undefined, read: (pem: string) => unknown): boolean {
  if (pem === undefined) return true;
  try {
    read(pem);
    return true;
  } catch {
    return false;
  }
}

/** What is to appear in no output. */
export function secretsOf(
  { credentials, token, nkeySeed, key }: NatsAccess,
  password: string | undefined,
): readonly string[] {
  const inside = credentials?.match(/^[\w.-]{40,}$/gm) ?? [];
  return [token, nkeySeed, key, password, ...inside].filter((secret) => secret !== undefined);
}
