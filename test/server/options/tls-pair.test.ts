import { createPrivateKey } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:tls';
import { describe, expect, onTestFinished, test } from 'vitest';
import { checkTlsPair } from '../../../src/server/options/tls-pair.ts';
import { serve } from '../../../src/server/serve.ts';
import { PAIRS } from './tls-pairs.ts';

const { a, b } = PAIRS;
const BREAKS_OFF = 'it breaks off in the middle';
const encrypted = createPrivateKey(a.key).export({
  format: 'pem',
  type: 'pkcs8',
  cipher: 'aes256',
  passphrase: 'x',
});

const UNUSABLE: readonly (readonly [string, { cert: string; key: string }, string])[] = [
  ['two empty files', { cert: '', key: '' }, "the TLS certificate can't be used: it is empty"],
  ['an empty certificate', { cert: '\n', key: a.key }, "the TLS certificate can't be used: it is empty"],
  ['an empty key', { cert: a.cert, key: '' }, "the TLS key can't be used: it is empty"],
  [
    'half a certificate',
    { cert: a.cert.slice(0, 300), key: a.key },
    `the TLS certificate can't be used: ${BREAKS_OFF}`,
  ],
  [
    'half a key',
    { cert: a.cert, key: a.key.slice(0, 150) },
    "the TLS key can't be used: it holds no private key in PEM, or breaks off in the middle",
  ],
  [
    'half of what is behind the certificate',
    { cert: a.cert + b.cert.slice(0, 300), key: a.key },
    `the TLS certificate can't be used: ${BREAKS_OFF}`,
  ],
  [
    'the first characters of what is behind it',
    { cert: a.cert + b.cert.slice(0, 20), key: a.key },
    `the TLS certificate can't be used: ${BREAKS_OFF}`,
  ],
  [
    'the key of another',
    { cert: a.cert, key: b.key },
    "the TLS certificate and key can't be used: the key is not that of the certificate",
  ],
  [
    'both the wrong way round',
    { cert: a.key, key: a.cert },
    "the TLS certificate can't be used: it holds no certificate in PEM",
  ],
  [
    'something else',
    { cert: 'no certificate', key: a.key },
    "the TLS certificate can't be used: it holds no certificate in PEM",
  ],
  [
    'an encrypted key',
    { cert: a.cert, key: String(encrypted) },
    "the TLS key can't be used: it is encrypted: a key without a passphrase is needed",
  ],
];

test.each(UNUSABLE)('%s can not be used, and the error says why', (_, pair, message) => {
  expect(() => checkTlsPair(pair)).toThrow(message);
});

test('a certificate with text around it, and with others behind it, can', () => {
  const cert = `subject=CN = localhost\n${a.cert}\nissuer=CN = x\n${b.cert}\n`;
  expect(() => checkTlsPair({ cert, key: a.key })).not.toThrow();
});

describe('a server', () => {
  const shown = async (port: number) => {
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false });
    await once(socket, 'secureConnect');
    const { fingerprint256 } = socket.getPeerCertificate();
    socket.destroy();
    return fingerprint256;
  };

  test('keeps the pair that it has when it is given one that can not be used', async () => {
    const server = await serve({ port: 0, encoders: 0, tls: a });
    onTestFinished(() => server.close());
    const before = await shown(server.port);
    for (const [, pair] of UNUSABLE) {
      expect(() => server.setTls(pair)).toThrow("can't be used");
      expect(await shown(server.port)).toBe(before);
    }
    server.setTls(b);
    expect(await shown(server.port)).not.toBe(before);
  });

  test.each(UNUSABLE)('does not start with %s', async (_, tls, message) => {
    await expect(serve({ port: 0, encoders: 0, tls })).rejects.toThrow(message);
  });
});
