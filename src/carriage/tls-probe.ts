import { isIP } from 'node:net';
import { connect } from 'node:tls';

/** How long a server may take to say that it speaks TLS. */
const TIMEOUT_MS = 2000;

/**
 * Finds out whether a port speaks TLS: one that does may close a connection without it in silence. Nothing is sent to it.
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
