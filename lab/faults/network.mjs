/** Two network namespaces of our own with one cable between them: what is broken there breaks nobody else. */

import { command } from '../kit/command.mjs';
import { serve, tidemark } from '../kit/tidemark.mjs';

const SERVER_ADDRESS = '10.213.7.1';
const CLIENT_ADDRESS = '10.213.7.2';

/** @typedef {'to-server' | 'to-client' | 'both'} Direction */

export class Network {
  #server;
  #client;

  /** @param {import('../kit/scope.mjs').Scope} scope */
  constructor(scope) {
    const name = `tmf-${process.pid}`;
    this.#server = `${name}-s`;
    this.#client = `${name}-c`;
    for (const namespace of [this.#server, this.#client]) {
      command('ip', 'netns', 'add', namespace);
      scope.defer(() => command('ip', 'netns', 'del', namespace));
    }
    const endIn = (/** @type {string} */ namespace) => ['cable', 'netns', namespace];
    command('ip', 'link', 'add', ...endIn(this.#server), 'type', 'veth', 'peer', ...endIn(this.#client));
    const addresses = { [this.#server]: SERVER_ADDRESS, [this.#client]: CLIENT_ADDRESS };
    for (const [namespace, address] of Object.entries(addresses)) {
      this.#in(namespace, 'ip', 'link', 'set', 'lo', 'up');
      this.#in(namespace, 'ip', 'address', 'add', `${address}/30`, 'dev', 'cable');
      this.#in(namespace, 'ip', 'link', 'set', 'cable', 'up');
    }
  }

  /** `tidemark serve` at one end. @param {import('../kit/scope.mjs').Scope} scope @param {readonly string[]} args */
  async serve(scope, args) {
    const host = ['--host', SERVER_ADDRESS, '--allow-public'];
    return serve(scope, { args: [...host, ...args], prefix: ['ip', 'netns', 'exec', this.#server] });
  }

  /**
   * `tidemark connect` at the other.
   *
   * @param {import('../kit/scope.mjs').Scope} scope
   * @param {readonly string[]} args
   * @param {import('../kit/event-child.mjs').EventChildOptions} [options]
   */
  connect(scope, args, options) {
    return tidemark(scope, ['connect', ...args], {
      prefix: ['ip', 'netns', 'exec', this.#client],
      ...options,
    });
  }

  /** Packets vanish on their way, all or so large a part of them. @param {Direction} direction @param {number} [probability] */
  drop(direction, probability = 1) {
    const some = ['-m', 'statistic', '--mode', 'random', '--probability', String(probability)];
    const rule = ['-i', 'cable', ...(probability < 1 ? some : []), '-j', 'DROP'];
    if (direction !== 'to-client') this.#in(this.#server, 'iptables', '-A', 'INPUT', ...rule);
    if (direction !== 'to-server') this.#in(this.#client, 'iptables', '-A', 'INPUT', ...rule);
  }

  heal() {
    for (const namespace of [this.#server, this.#client]) this.#in(namespace, 'iptables', '-F', 'INPUT');
  }

  /** Packets that were dropped so far, as the kernel has counted them. */
  get dropped() {
    return [this.#server, this.#client]
      .map((namespace) => this.#in(namespace, 'iptables', '-L', 'INPUT', '-v', '-x', '-n'))
      .flatMap((text) => [...text.matchAll(/^\s*(\d+)\s+\d+\s+DROP/gm)])
      .reduce((sum, [, packets]) => sum + Number(packets), 0);
  }

  /** Limits what the server sends, by a token bucket. @param {string} rate */
  limit(rate) {
    const shape = ['tbf', 'rate', rate, 'burst', '16kb', 'latency', '400ms'];
    this.#in(this.#server, 'tc', 'qdisc', 'add', 'dev', 'cable', 'root', ...shape);
  }

  /** @param {string} namespace @param {...string} words */
  #in(namespace, ...words) {
    return command('ip', 'netns', 'exec', namespace, ...words);
  }
}

export const NETWORK_PACKAGES = ['iproute2', 'iptables'];
