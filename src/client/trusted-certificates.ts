import { X509Certificate } from 'node:crypto';
import { UsageError } from '../wording/usage-error.ts';

/** @throws UsageError unless it holds a certificate in PEM; what came is not shown, since it may be a private key */
export function checkTrustedCertificates(pem: string): void {
  try {
    new X509Certificate(pem);
  } catch {
    throw new UsageError('bad_option', 'ca', (nameOf) => `${nameOf('ca')} must be certificates in PEM`);
  }
}
