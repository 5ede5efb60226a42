import { isIP } from 'node:net';
import { connect } from 'node:tls';

/** How long a TLS handshake may take to count. */
const TIMEOUT_MS = 2000;

/**
 * Finds out whether a port speaks TLS, since a TLS port may close a plain connection without a word. Sends nothing beyond the
 * TLS handshake.
 */
export function speaksTls(url: string, done: (yes: boolean) => void): void {
  const { hostname, port } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  const socket = connect({
    host,
    port: Number(port === '' ? 80 : port),
    servername: isIP(host) === 0 ? host : '',
    rejectUnauthorized: false,
  });
  const finish = (yes: boolean) => {
    clearTimeout(timer);
    socket.removeAllListeners().on('error', () => {});
    socket.destroy();
    done(yes);
  };
  const timer = setTimeout(() => finish(false), TIMEOUT_MS);
  socket.once('secureConnect', () => finish(true));
  socket.once('error', () => finish(false));
  socket.once('close', () => finish(false));
}
