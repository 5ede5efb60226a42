/** The proxies that people have, with the configurations that docs/proxies/ gives. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { command } from '../../kit/command.mjs';
import { configure, throughProxy } from '../middlebox.mjs';

/** @type {import('../middlebox.mjs').Proxy} */
const nginxProxy = {
  cutsIdle: true,
  start: (folder, ports) => ({
    program: '/usr/sbin/nginx',
    args: [
      '-c',
      configure('nginx.conf', folder, ports),
      '-e',
      join(folder, 'error.log'),
      '-g',
      'daemon off;',
    ],
    reload: (proxy) => proxy.process.kill('SIGHUP'),
    detached: true, // with its workers
  }),
};

/** @type {import('../middlebox.mjs').Proxy} */
const haproxyProxy = {
  cutsIdle: true,
  start: (folder, ports) => ({
    program: '/usr/sbin/haproxy',
    args: ['-W', '-f', configure('haproxy.cfg', folder, ports)],
    reload: (proxy) => proxy.process.kill('SIGUSR2'),
    detached: true,
  }),
};

/** @type {import('../middlebox.mjs').Proxy} */
const caddyProxy = {
  cutsIdle: false,
  start: (folder, ports) => {
    const env = {
      XDG_DATA_HOME: join(folder, 'data'),
      XDG_CONFIG_HOME: join(folder, 'config'),
      HOME: folder,
    };
    for (const path of [env.XDG_DATA_HOME, env.XDG_CONFIG_HOME]) mkdirSync(path);
    const config = ['--config', configure('Caddyfile', folder, ports), '--adapter', 'caddyfile'];
    return {
      program: 'caddy',
      args: ['run', ...config],
      env,
      reload: () => command('caddy', 'reload', '--force', '--address', `127.0.0.1:${ports.admin}`, ...config),
    };
  },
};

/**
 * @param {string} name
 * @param {readonly string[]} packages
 * @param {import('../middlebox.mjs').Proxy} proxy
 * @returns {import('../campaigns.mjs').Campaign}
 */
function campaign(name, packages, proxy) {
  return {
    name,
    fault: `${name} in between, with TLS, idle time-outs and reloads`,
    runs: 50,
    shortRuns: 2,
    packages: ['openssl', ...packages],
    run: (settings) => throughProxy(proxy, settings),
  };
}

export const nginx = campaign('nginx', ['nginx-light'], nginxProxy);
export const haproxy = campaign('haproxy', ['haproxy'], haproxyProxy);
export const caddy = campaign('caddy', ['caddy'], caddyProxy);
