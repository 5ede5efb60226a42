// The Dockerfile: its commands are run here, in folders in place of images, since not every machine has an engine of containers. What
// that can't show is the base image, and that its user may read what was installed.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { DockerfileParser } from 'dockerfile-ast';
import { checkVariables } from './variables.mjs';

const checkout = fileURLToPath(new URL('../../', import.meta.url));
const dockerfile = DockerfileParser.parse(readFileSync(join(checkout, 'Dockerfile'), 'utf8'));
const images = mkdtempSync(join(tmpdir(), 'tidemark-image-'));
after(() => rmSync(images, { recursive: true, force: true }));

/** The steps of each stage, as `{keyword, text, from}`: the stage that something is copied from. */
const stages = [];
for (const instruction of dockerfile.getInstructions()) {
  const from = (instruction.getFlags?.() ?? []).find((flag) => flag.getName() === 'from')?.getValue();
  const step = { keyword: instruction.getKeyword(), text: instruction.getArgumentsContent() ?? '', from };
  if (step.keyword === 'FROM') stages.push({ name: / AS (\S+)$/i.exec(step.text)?.[1], steps: [] });
  else stages.at(-1).steps.push(step);
}
const [last] = stages.slice(-1);
const settings = Object.fromEntries(last.steps.map(({ keyword, text }) => [keyword, text]));
const variables = Object.fromEntries(settings.ENV.split(' ').map((pair) => pair.split('=')));

test('it does not run as root, and knows its variables', () => {
  assert.ok(stages.length > 1);
  assert.notEqual(settings.USER ?? 'root', 'root');
  checkVariables(Object.keys(variables));
  assert.equal(settings.EXPOSE, variables.TIDEMARK_SERVE_PORT);
});

test('its commands make a server, which its health check finds well, and then gone', {
  timeout: 600_000,
}, async () => {
  for (const stage of stages) make(stage);
  const root = join(images, String(stages.length - 1));
  const inRoot = (text) => text.replaceAll('/app/', `${root}/app/`);
  const command = JSON.parse(inRoot(settings.ENTRYPOINT)).concat(JSON.parse(settings.CMD));
  const port = await freePort();
  const env = {
    ...{ PATH: process.env.PATH, ...variables, TIDEMARK_SERVE_PORT: port },
    ...{ TIDEMARK_SERVE_HOST: '127.0.0.1', TIDEMARK_TOKEN: 'a-token-of-this-test' },
  };
  const check = () => {
    const [program, ...given] = JSON.parse(/CMD (.*)$/s.exec(settings.HEALTHCHECK)[1]);
    const checking = spawn(program, given, { env, stdio: 'inherit' });
    return once(checking, 'exit').then(([code]) => code);
  };
  const [program, ...given] = command;
  const server = spawn(program, given, { env, cwd: join(root, 'app'), stdio: 'inherit' });
  after(() => server.kill('SIGKILL'));
  const exited = once(server, 'exit');
  while ((await check()) !== 0) {
    assert.equal(server.exitCode, null);
    await pause(100);
  }
  for (const name of ['@nats-io/transport-node', '@nats-io/jetstream', '@nats-io/kv']) {
    const { version } = JSON.parse(
      readFileSync(join(root, 'app', 'node_modules', name, 'package.json'), 'utf8'),
    );
    const { devDependencies } = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8'));
    assert.equal(version, devDependencies[name]);
  }
  server.kill('SIGTERM');
  assert.deepEqual(await exited, [0, null]);
  assert.equal(await check(), 1);
});

/** What npm sets for its scripts, this test among them, is not there when an image is built. */
const outside = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('npm_')));

/** Runs the steps of a stage in a folder of its own. */
function make({ steps }) {
  const root = join(images, String(stages.findIndex((stage) => stage.steps === steps)));
  let folder = root;
  for (const { keyword, text, from } of steps) {
    if (keyword === 'WORKDIR') {
      folder = join(root, text);
      mkdirSync(folder, { recursive: true });
    } else if (keyword === 'COPY') {
      copy(text, from, root, folder);
    } else if (keyword === 'RUN') {
      const command = text.replaceAll(/(?<=\s)\/(?=app\/|build\b)/g, `${root}/`);
      execFileSync('sh', ['-e', '-c', command], {
        cwd: folder,
        env: outside,
        stdio: ['ignore', 'ignore', 'inherit'],
      });
    }
  }
}

function copy(text, from, root, folder) {
  const [target, ...sources] = text.split(' ').reverse();
  if (from === undefined) {
    assert.equal(text, '. .');
    const tracked = execFileSync('git', ['ls-files', '-z'], { cwd: checkout, encoding: 'utf8' });
    for (const path of tracked.split('\0').filter(Boolean)) cpSync(join(checkout, path), join(folder, path));
    return;
  }
  const stage = stages.findIndex(({ name }) => name === from);
  for (const source of sources) {
    const found = matching(join(images, String(stage), source));
    assert.ok(found.length > 0, `${source} is not there`);
    for (const path of found) cpSync(path, join(root, target, basename(path)));
  }
}

/** @param pattern a path whose last part may have a `*` */
function matching(pattern) {
  const [before, behind = ''] = basename(pattern).split('*');
  const isIt = (name) =>
    name === basename(pattern) || (name.startsWith(before) && name.endsWith(behind) && pattern.includes('*'));
  return readdirSync(dirname(pattern))
    .filter(isIt)
    .map((name) => join(dirname(pattern), name));
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return String(port);
}
