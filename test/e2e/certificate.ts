import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { temporaryFolder } from './processes.ts';

/** A certificate for localhost that signs itself. */
export function certificate(): { certPath: string; keyPath: string } {
  const folder = temporaryFolder();
  const [certPath, keyPath] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1'];
  execFileSync('openssl', ['req', '-x509', ...kind, ...subject, '-keyout', keyPath, '-out', certPath], {
    stdio: 'ignore',
  });
  return { certPath, keyPath };
}
