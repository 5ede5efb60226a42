import type { TidemarkServer } from '../../server/tidemark-server.ts';
import { readOptionFile } from '../option/option-file.ts';

/** The options of TLS, as parsed. */
export interface TlsFlags {
  readonly tlsCert?: string;
  readonly tlsKey?: string;
}

/** @throws the system's error if a file can't be read */
export function readTlsFiles({ tlsCert, tlsKey }: TlsFlags): { cert: string; key: string } | undefined {
  if (tlsCert === undefined || tlsKey === undefined) return undefined;
  return { cert: readOptionFile('--tls-cert', tlsCert), key: readOptionFile('--tls-key', tlsKey) };
}

/** Reads the files again on SIGHUP; a pair that can't be used is told, and the old one stays. */
export function reloadTlsOnHangUp(
  server: TidemarkServer,
  flags: TlsFlags,
  say: (line: string) => void,
): void {
  process.on('SIGHUP', () => {
    try {
      const pair = readTlsFiles(flags);
      if (pair === undefined) return;
      server.setTls(pair);
      say('the TLS certificate and key were read again');
    } catch (error) {
      const { message } = error as Error;
      const files = `--tls-cert ${flags.tlsCert}, --tls-key ${flags.tlsKey}`;
      say(`${message}${message.startsWith('--tls-') ? '' : ` (${files})`}; the old pair stays`);
    }
  });
}
