import { isUtf8 } from 'node:buffer';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { systemHost } from '../../host/host.ts';
import { failureOf, hungUp, isSecure, otherScheme } from '../dial-failure.ts';
import { speaksTls } from '../tls-probe.ts';
import type { HttpPlatform } from './http-platform.ts';
import { type Access, makeRequest } from './http-request.ts';

/** After so long without a word the kernel asks whether the other end is still there. */
const KEEP_ALIVE_MS = 15_000;

/** What Node has for a run over HTTP. */
export function nodePlatform(access: Access): HttpPlatform {
  return {
    isUtf8,
    turns: systemHost.turns,
    wallMs: () => systemHost.now().wallMs,
    soon: (callback) => void setImmediate(callback),
    request: (url, asked) => {
      const request = makeRequest(url, access, asked);
      request.on('socket', (socket) => socket.setKeepAlive(true, KEEP_ALIVE_MS));
      return request;
    },
    keepConnections: (url) => {
      const agent = new (isSecure(url) ? HttpsAgent : HttpAgent)({ keepAlive: true, maxSockets: 1 });
      return {
        request: (target, asked) => makeRequest(target, access, { ...asked, agent }),
        destroy: () => agent.destroy(),
      };
    },
    failureOf: (error, url, probe, done) => {
      const failure = failureOf(error, url);
      if (!probe || !hungUp(error) || isSecure(url)) return done(failure);
      speaksTls(url, (yes) => done(yes ? otherScheme(url) : failure));
    },
  };
}
