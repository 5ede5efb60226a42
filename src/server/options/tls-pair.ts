import { createSecureContext, type SecureContextOptions } from 'node:tls';
import { UsageError } from '../../wording/usage-error.ts';

/** A certificate, followed by its intermediates, and its private key, both in PEM. */
export interface TlsPair {
  readonly cert: string;
  readonly key: string;
}

/**
 * Checks a pair, and each half by itself, so that the error names the half that is wrong. An empty half is refused here: to OpenSSL
 * it means none, and the server would refuse every handshake.
 *
 * @throws UsageError for a pair that can't be used
 */
export function checkTlsPair({ cert, key }: TlsPair): void {
  check('certificate', [cert], { cert });
  check('key', [key], { key });
  check('certificate and key', [], { cert, key });
}

/**
 * Checks a pair that a running server is to use from now on.
 *
 * @throws UsageError for one that can't be used, and for any if the server began without
 */
export function checkNextTlsPair(beganWith: boolean, pair: TlsPair): void {
  if (!beganWith) {
    const sentence = 'a server that began without TLS goes on without';
    throw new UsageError('conflicting_option', 'tls', () => sentence);
  }
  checkTlsPair(pair);
}

/** What OpenSSL's error codes mean here; its own texts help only those who know its source. */
const MEANING: Readonly<Record<string, string>> = {
  ERR_OSSL_PEM_NO_START_LINE: 'it holds no certificate in PEM',
  ERR_OSSL_PEM_BAD_END_LINE: 'it breaks off in the middle',
  ERR_OSSL_UNSUPPORTED: 'it holds no private key in PEM, or breaks off in the middle',
  ERR_OSSL_BAD_DECRYPT: 'it is encrypted: a key without a passphrase is needed',
  ERR_OSSL_X509_KEY_VALUES_MISMATCH: 'the key is not that of the certificate',
};

function check(what: string, pems: readonly string[], options: SecureContextOptions): void {
  const reason = pems.map(textFault).find((each) => each !== undefined) ?? fault(options);
  if (reason === undefined) return;
  throw new UsageError('bad_option', 'tls', () => `the TLS ${what} can't be used: ${reason}`);
}

/** Finds what OpenSSL accepts: an empty text, and a further certificate whose first line is cut off. */
function textFault(pem: string): string | undefined {
  if (pem.trim() === '') return 'it is empty';
  const rest = pem.replaceAll(/-----BEGIN ([^-]+)-----.*?-----END \1-----/gs, '');
  return rest !== pem && rest.includes('--') ? 'it breaks off in the middle' : undefined;
}

function fault(options: SecureContextOptions): string | undefined {
  try {
    createSecureContext(options);
    return undefined;
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    return MEANING[code] ?? message;
  }
}
