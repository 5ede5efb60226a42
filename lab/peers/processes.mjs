/** What a row starts: Tidemark's commands, peers, and programs that are asked. */
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Child } from '../kit/child.mjs';
import { installPackages } from '../kit/command.mjs';
import { EventChild } from '../kit/event-child.mjs';
import { withScope } from '../kit/scope.mjs';
import { tidemark } from '../kit/tidemark.mjs';

/** @typedef {import('../kit/scope.mjs').Scope} Scope */

const ANSWER_TIMEOUT_MS = 60_000;
const RUN_TIMEOUT_MS = 300_000;
const PYTHON_PACKAGES = ['python3', 'python3-websockets', 'python3-fake-factory'];
/** Where a checkout has its programs, also an old one. */
const PROGRAM_FOLDERS = ['lab/peers/programs', 'bench'];
const CLIENT_FILES = 65_536;
/** Ten thousand sockets are more open files than a shell allows by default. */
const MANY_FILES = [
  'bash',
  '-c',
  `ulimit -n ${CLIENT_FILES} 2>/dev/null || ulimit -n "$(ulimit -H -n)"; exec "$0" "$@"`,
];

/** @param {string} name @param {string} [checkout] another one than this: its programs are asked the same questions */
function programPath(name, checkout) {
  if (checkout === undefined) return fileURLToPath(new URL(`programs/${name}`, import.meta.url));
  const paths = PROGRAM_FOLDERS.map((folder) => join(checkout, folder, name));
  return paths.find((path) => existsSync(path)) ?? paths[0];
}

/** A Node program of `programs/`, which is asked over IPC: see questions.mjs. */
export class Program extends Child {
  /** @param {Scope} scope @param {string} name @param {string} [checkout] */
  constructor(scope, name, checkout) {
    const stdio = /** @type {const} */ (['ignore', 'ignore', 'pipe', 'ipc']);
    super(scope, process.execPath, [programPath(name, checkout)], { prefix: MANY_FILES, stdio: [...stdio] });
  }

  /** The next that it says by itself. @returns {Promise<any>} */
  message() {
    return this.within('message', new Promise((resolve) => this.process.once('message', resolve)));
  }

  /** Asks, and gives the answer. @param {object} question @returns {Promise<any>} */
  async ask(question) {
    const told = new Promise((resolve) => this.process.once('message', resolve));
    this.process.send(question, () => {}); // a process that is gone is told by its end
    const { answer, error } = await this.within('answer', told, ANSWER_TIMEOUT_MS);
    if (error !== undefined) throw new Error(error);
    return answer;
  }
}

/** Starts a program that answers questions. @param {Scope} scope @param {string} name @param {string} [checkout] */
export async function startProgram(scope, name, checkout) {
  const program = new Program(scope, name, checkout);
  await program.message();
  return program;
}

/** Starts a peer's server that is a program. @param {Scope} scope @param {string} name */
export async function startPeer(scope, name) {
  const peer = new Program(scope, name);
  return at(peer, (await peer.message()).port);
}

/** Starts a peer's server in Python; what it needs of Debian is installed first. @param {Scope} scope @param {string} name */
export async function startPython(scope, name) {
  installPackages(PYTHON_PACKAGES);
  const peer = new Child(scope, '/usr/bin/python3', ['-u', programPath(name)]);
  return at(peer, Number(await peer.lineWith('its port', (line) => /^port (\d+)$/.exec(line)?.[1])));
}

/**
 * Starts `tidemark serve` as people run it: it prints as to a terminal, which is bounded in lines a second.
 *
 * @param {Scope} scope
 * @param {{ args?: readonly string[], nodeArguments?: readonly string[], checkout?: string | undefined }} [options]
 */
export async function startTidemark(scope, { args = [], nodeArguments = [], checkout } = {}) {
  const options = { nodeArguments, checkout, prefix: MANY_FILES };
  const server = tidemark(scope, ['serve', '--port', '0', ...args], options);
  return at(
    server,
    Number(await server.lineWith('its URL', (line) => /ws:\/\/[\d.]+:(\d+)/.exec(line)?.[1])),
  );
}

/** @template {Child} Server @param {Server} server @param {number} port */
function at(server, port) {
  return Object.assign(server, { port, url: `ws://127.0.0.1:${port}` });
}

/**
 * Starts `tidemark connect --json`, whose events are read as they come.
 *
 * @param {Scope} scope
 * @param {string} url
 * @param {readonly string[]} args
 * @param {(event: import('../kit/event-child.mjs').SeenEvent) => void} onEvent
 */
export function startConnect(scope, url, args, onEvent) {
  const keep = (/** @type {import('../kit/event-child.mjs').SeenEvent} */ event) => {
    onEvent(event);
    return false;
  };
  return tidemark(scope, ['connect', url, '--json', ...args], {
    prefix: MANY_FILES,
    stdio: ['ignore', 'pipe', 'ignore'],
    keep,
  });
}

/**
 * Starts `tidemark connect --json` with its events in a file, so that nothing of this process slows it down: `provedEnds`
 * waits for its end, reads them, and throws unless so many clients are proved.
 *
 * @param {Scope} scope
 * @param {string} url
 * @param {readonly string[]} args
 */
export function startUnheardConnect(scope, url, args) {
  const path = join(scope.folder(), 'events.ndjson');
  const file = openSync(path, 'w');
  const child = tidemark(scope, ['connect', url, '--json', ...args], {
    prefix: MANY_FILES,
    stdio: ['ignore', file, 'ignore'],
  });
  closeSync(file);
  const provedEnds = async (/** @type {number} */ clients, timeoutMs = RUN_TIMEOUT_MS) => {
    await child.end(timeoutMs);
    const lines = readFileSync(path, 'utf8').split('\n');
    const ends = lines.filter((line) => line.startsWith('{"event":"end"')).map((line) => JSON.parse(line));
    requireProved(ends, clients);
    return ends;
  };
  return Object.assign(child, { provedEnds });
}

/**
 * How long a Node program takes to its end, or until it says that it listens.
 *
 * @param {readonly string[]} args
 * @param {boolean} [untilListening]
 */
export async function startMs(args, untilListening = false) {
  return await withScope(async (scope) => {
    const beginMs = performance.now();
    const child = new EventChild(scope, process.execPath, args, {
      stdio: ['ignore', untilListening ? 'pipe' : 'ignore', 'ignore'],
    });
    if (untilListening) await child.event('listening');
    else await child.end();
    return performance.now() - beginMs;
  });
}

/** Throws unless every run of a tidemark client is proved: another end is no figure. @param {readonly any[]} ends @param {number} expected */
export function requireProved(ends, expected) {
  if (ends.length !== expected) throw new Error(`${ends.length} of ${expected} clients came to an end`);
  const other = ends.find(({ verdict }) => verdict !== 'proved');
  if (other !== undefined)
    throw new Error(`a client is ${other.verdict}, not proved: ${JSON.stringify(other)}`);
}
