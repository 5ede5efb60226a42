/** NATS servers with JetStream on free loopback ports, alone or as a cluster; they end with their scope. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Child } from './child.mjs';
import { freePort } from './free-port.mjs';

/** Debian's. */
const NATS_SERVER = '/usr/sbin/nats-server';
/** Long enough for a machine that is busy with other things. */
const READY_MS = 60_000;
const LOOK_AGAIN_MS = 50;

/**
 * @typedef {import('./scope.mjs').Scope} Scope
 *
 * @typedef {object} NatsOptions
 * @property {boolean} [jetstream] on by default
 * @property {string} [config] further lines of its configuration, such as `authorization { token: x }`
 */

/** A server that can be killed, halted and started again on the same port and folder. */
export class NatsServer {
  /** @type {Child} */
  child;
  #scope;
  #configPath;

  /**
   * @param {Scope} scope
   * @param {{ name: string, port: number, monitorPort: number }} place
   * @param {string} configPath
   */
  constructor(scope, place, configPath) {
    this.name = place.name;
    this.port = place.port;
    this.monitorPort = place.monitorPort;
    this.#scope = scope;
    this.#configPath = configPath;
    this.child = this.#spawn();
  }

  get url() {
    return `nats://127.0.0.1:${this.port}`;
  }

  /** Kills it with -9. Resolves once it is gone. */
  kill() {
    return this.child.killNow();
  }

  /** Stops it without a word, as a stalled machine does. */
  halt() {
    this.child.kill('SIGSTOP');
  }

  goOn() {
    this.child.kill('SIGCONT');
  }

  /** Starts it again after `kill`. Resolves when it is ready. */
  async restart() {
    this.child = this.#spawn();
    await this.ready();
  }

  /** Resolves when it says that it is healthy, and every JetStream asset on it is current. */
  ready() {
    return this.#answers('healthz', (status) => status === 'ok', 'status');
  }

  /** Resolves when its cluster has a leader for JetStream. */
  led() {
    return this.#answers('jsz', (cluster) => Boolean(cluster?.leader), 'meta_cluster');
  }

  /**
   * Asks its monitoring until a field of the answer is as wanted.
   *
   * @param {string} path
   * @param {(value: any) => boolean} wanted
   * @param {string} field
   */
  async #answers(path, wanted, field) {
    const until = Date.now() + READY_MS;
    for (;;) {
      if (!this.child.running)
        throw new Error(`nats-server ended: ${this.child.lastLines.slice(-5).join(' | ')}`);

      const said = await fetch(`http://127.0.0.1:${this.monitorPort}/${path}`)
        .then((response) => /** @type {Promise<any>} */ (response.json()))
        .catch(() => undefined);
      if (wanted(said?.[field])) return;
      if (Date.now() > until)
        throw new Error(`nats-server ${this.name} is not ready in ${READY_MS / 1000} s`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    }
  }

  #spawn() {
    return new Child(this.#scope, NATS_SERVER, ['-c', this.#configPath]);
  }
}

/**
 * Starts one server.
 *
 * @param {Scope} scope
 * @param {NatsOptions} [options]
 */
export async function startNats(scope, options = {}) {
  const server = prepare(scope, await placeOf('alone'), options, '');
  await server.ready();
  return server;
}

/**
 * Starts a cluster. Resolves when it has a leader for JetStream.
 *
 * @param {Scope} scope
 * @param {number} [size]
 * @param {NatsOptions} [options]
 */
export async function startNatsCluster(scope, size = 3, options = {}) {
  const nodes = [];
  for (let index = 0; index < size; index++)
    nodes.push({ place: await placeOf(`n${index + 1}`), routePort: await freePort() });
  const routes = nodes.map(({ routePort }) => `nats://127.0.0.1:${routePort}`).join(', ');
  const servers = nodes.map(({ place, routePort }) =>
    prepare(
      scope,
      place,
      options,
      `cluster { name: tidemark, listen: "127.0.0.1:${routePort}", routes: [${routes}], no_advertise: true }`,
    ),
  );
  await Promise.all(servers.map((server) => server.ready()));
  await Promise.all(servers.map((server) => server.led()));
  return servers;
}

/** @param {string} name */
async function placeOf(name) {
  return { name, port: await freePort(), monitorPort: await freePort() };
}

/**
 * @param {Scope} scope
 * @param {{ name: string, port: number, monitorPort: number }} place
 * @param {NatsOptions} options
 * @param {string} cluster
 */
function prepare(scope, place, { jetstream = true, config = '' }, cluster) {
  const folder = scope.folder();
  const path = join(folder, 'nats.conf');
  const lines = [
    `server_name: ${place.name}`,
    `listen: "127.0.0.1:${place.port}"`,
    `http: "127.0.0.1:${place.monitorPort}"`,
    jetstream ? `jetstream { store_dir: "${join(folder, 'store')}", max_mem: 64MB, max_file: 1GB }` : '',
    cluster,
    config,
  ];
  writeFileSync(path, lines.join('\n'));
  return new NatsServer(scope, place, path);
}
