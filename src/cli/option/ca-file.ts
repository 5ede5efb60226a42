import { checkTrustedCertificates } from '../../client/trusted-certificates.ts';
import { givenBy } from './named-option.ts';
import { readOptionFile } from './option-file.ts';

/**
 * The certificates by which to trust a server. @throws the system's error, or a UsageError for a file that holds none
 */
export function trustedCertificates({ ca }: { readonly ca?: string }): string | undefined {
  if (ca === undefined) return undefined;
  const pem = readOptionFile('--ca', ca);
  givenBy('ca', `--ca ${ca}`, () => checkTrustedCertificates(pem));
  return pem;
}
