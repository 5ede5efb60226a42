/** A proxy between clients and the server, with TLS: idle tunnels, reloads, and a server that is killed behind it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Child } from '../kit/child.mjs';
import { command } from '../kit/command.mjs';
import { freePort } from '../kit/free-port.mjs';
import { serve, tidemark } from '../kit/tidemark.mjs';
import { texts } from '../kit/truth.mjs';
import { compareLog, endFaults, readBlocks } from './log-faults.mjs';

const EXAMPLES = fileURLToPath(new URL('../../docs/proxies/', import.meta.url));
const IDLE_MS = 2000;
const STREAM = 'users?seed=7';
const CLIENTS = 5;
const TAIL = 40;
/** The server behind the proxy is killed at every so many reloads. */
const RELOADS_A_KILL = 10;

/**
 * A proxy: `start` gives its command and how it is reloaded; `cutsIdle` says whether it ends idle tunnels.
 *
 * @typedef {{ port: number, upstream: number, admin: number }} Ports
 * @typedef {object} ProxyProgram
 * @property {string} program
 * @property {readonly string[]} args
 * @property {(proxy: Child) => unknown} reload
 * @property {Record<string, string>} [env]
 * @property {boolean} [detached]
 *
 * @typedef {object} Proxy
 * @property {boolean} cutsIdle
 * @property {(folder: string, ports: Ports) => ProxyProgram} start
 *
 * @typedef {{ scope: import('../kit/scope.mjs').Scope, url: string, env: Record<string, string> }} Behind
 */

/** Waits until every client has told of such an event. @param {import('../kit/event-child.mjs').EventChild} clients @param {string} name */
function eventOfEach(clients, name) {
  return clients.until(`event ${name} of ${CLIENTS} clients`, ({ events }) => {
    const told = events.filter(({ event }) => event === name).map(({ client }) => client);
    return new Set(told).size >= CLIENTS;
  });
}

/** A certificate for 127.0.0.1 that the clients are told to trust. @param {string} folder */
function certificate(folder) {
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const names = ['-subj', '/CN=tidemark-faults', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  command('openssl', 'req', '-x509', ...kind, ...names, '-keyout', key, '-out', cert);
  writeFileSync(join(folder, 'both.pem'), readFileSync(cert, 'utf8') + readFileSync(key, 'utf8'));
  return cert;
}

/** The documented example, with the ports, paths and times of this run. @param {string} name @param {string} folder @param {Ports} ports */
export function configure(name, folder, { port, upstream, admin }) {
  /** @type {[RegExp, string][]} */
  const replacements = [
    [/127\.0\.0\.1:8000/g, `127.0.0.1:${upstream}`],
    [/127\.0\.0\.1:8443|:8443|8443(?= ssl)/g, `127.0.0.1:${port}`],
    [/127\.0\.0\.1:2019/g, `127.0.0.1:${admin}`],
    [/\/etc\/tidemark|\/run(?=\/nginx)|\/var\/lib\/nginx|\/var\/log\/nginx/g, folder],
    [/\b60s/g, `${IDLE_MS / 1000}s`],
    [/\b10s/g, '1s'],
  ];
  let text = readFileSync(join(EXAMPLES, name), 'utf8');
  for (const [pattern, value] of replacements) text = text.replace(pattern, value);
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** Resolves when something listens there and speaks TLS. @param {number} port @param {Child} proxy */
async function answering(port, proxy) {
  for (let attempt = 0; attempt < 200; attempt++) {
    if (!proxy.running) throw new Error(`the proxy has ended: ${proxy.lastLines.join(' | ')}`);
    try {
      await fetch(`http://127.0.0.1:${port}/`);
      return;
    } catch (error) {
      const { cause } = /** @type {{ cause?: { code?: string } }} */ (error);
      if (cause?.code !== 'ECONNREFUSED') return; // it is there, and no HTTP
    }
    await sleep(50);
  }
  throw new Error(`the proxy does not listen: ${proxy.lastLines.join(' | ')}`);
}

/** @param {Behind} behind @param {boolean} cutsIdle @param {import('./tally.mjs').Tally} tally */
async function idle({ scope, url, env }, cutsIdle, tally) {
  const slow = (/** @type {string} */ name, /** @type {string} */ ping) =>
    tidemark(
      scope,
      [
        ...['connect', `${url}/${STREAM}&rate=0.2`, '--client', name, '--ping', ping],
        ...['--block-size', '1', '--count', '2', '--json'],
      ],
      { env },
    );
  const [kept, cut] = [slow('kept', '500ms'), slow('cut', '60s')];
  await Promise.all([kept.end(), cut.end()]);
  const [keptEnd] = kept.ends();
  const [cutEnd] = cut.ends();
  const faults = [...endFaults(keptEnd, 2), ...endFaults(cutEnd, 2)];
  if (keptEnd.resumes > 0) faults.push('an idle tunnel with pings was cut');
  if (cutEnd.resumes > 0 !== cutsIdle)
    faults.push(`an idle tunnel without pings was ${cutsIdle ? 'kept' : 'cut'}`);
  tally.run(faults);
  tally.note(
    `idle time-out ${cutsIdle ? `${IDLE_MS} ms` : 'none'}: with pings 0 resumes, without ${cutEnd.resumes}`,
  );
}

/**
 * Clients behind a proxy, while it is reloaded again and again.
 *
 * @param {Proxy} proxied
 * @param {import('./campaigns.mjs').Setting} setting
 */
export async function throughProxy({ start, cutsIdle }, { scope, tally, runs, random }) {
  const folder = scope.folder();
  const env = { NODE_EXTRA_CA_CERTS: certificate(folder) };
  const [port, upstream, admin] = [await freePort(), await freePort(), await freePort()];
  const { program, args, reload, ...rest } = start(folder, { port, upstream, admin });
  let server = await serve(scope, { port: upstream, args: ['--ping', '60s'] });
  const proxy = new Child(scope, program, args, rest);
  await answering(port, proxy);
  const url = `wss://127.0.0.1:${port}`;
  await idle({ scope, url, env }, cutsIdle, tally);

  const names = ['--clients', String(CLIENTS), '--client', 'alice'];
  const all = [...names, '--log', join(folder, 'run.ndjson'), '--json'];
  let clients = tidemark(scope, ['connect', `${url}/${STREAM}&rate=50`, ...all], { env });
  await eventOfEach(clients, 'block');
  for (let done = 1; done <= runs; done++) {
    tally.progress(done, runs);
    await sleep(200 + random.uniform() * 800);
    reload(proxy);
    if (!proxy.running) throw new Error(`the proxy has ended: ${proxy.lastLines.join(' | ')}`);
    if (done % RELOADS_A_KILL === 0) {
      await server.killNow();
      server = await serve(scope, { port: upstream });
    }
  }
  const reloadedMs = performance.now();
  await clients.event('block', ({ seenMs }) => seenMs > reloadedMs + 500);
  // What a reload cuts off may be cut off later, and of a few reloads even the first would go unseen.
  await eventOfEach(clients, 'resumed').catch(() => {}); // a client that was not is a fault below
  clients.kill('SIGINT');
  await clients.end();
  // They were stopped, and not before: what is gone on with below would hide that one had given up.
  const faults = clients
    .ends()
    .filter(({ verdict }) => verdict !== 'interrupted')
    .flatMap((end) => endFaults(end, end.messages)[0] ?? []);
  const resumes = clients.ends().map((end) => end.resumes);
  const count = Math.max(...clients.ends().map(({ messages }) => messages)) + TAIL;
  clients = tidemark(scope, ['connect', '--resume', '--count', String(count), ...all], { env });
  await clients.end(60_000);
  const expected = texts(STREAM, count);
  let [lost, repeated] = [0, 0];
  for (let index = 1; index <= CLIENTS; index++) {
    const found = compareLog(readBlocks(join(folder, `run.alice-${index}.ndjson`)), expected);
    lost += found.lost;
    repeated += found.repeated;
    const end = clients.ends().find(({ client }) => client === `alice-${index}`);
    faults.push(...found.faults, ...endFaults(end, count));
  }
  const total = resumes.reduce((sum, each) => sum + each, 0);
  if (Math.min(...resumes) === 0) faults.push('a client was never cut off: the reloads missed it');
  tally.together(runs, faults, { lost, repeated });
  const kills = Math.floor(runs / RELOADS_A_KILL);
  tally.note(
    `${runs} reloads, ${kills} kills of the server behind it, ${CLIENTS} clients, ${count} messages each, ${total} resumes`,
  );
}
